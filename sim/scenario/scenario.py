"""The whole scenario: one strict record that every later room reads."""

from __future__ import annotations

import hashlib
import json

from pydantic import model_validator

from sim.scenario.base import Strict
from sim.scenario.behaviour import Behaviour
from sim.scenario.commissioning import Commissioning
from sim.scenario.costs import Costs
from sim.scenario.demand import Demand
from sim.scenario.estate import Estate
from sim.scenario.legal import Legal
from sim.scenario.run import HOW_PLAYED, Run
from sim.scenario.workforce import Workforce


class Scenario(Strict):
    """One possible world: an answer to each question that `configs/` asks."""

    estate: Estate
    demand: Demand
    workforce: Workforce
    legal: Legal
    behaviour: Behaviour
    commissioning: Commissioning
    costs: Costs
    run: Run

    @model_validator(mode="after")
    def _parts_agree(self) -> Scenario:
        regions = {region.name for region in self.estate.regions}
        for origin in self.demand.origins:
            if origin.region not in regions:
                raise ValueError(
                    f"demand.origins: {origin.name} lies in {origin.region}, allowed {sorted(regions)}"
                )
        origins = {origin.name for origin in self.demand.origins}
        for home in self.estate.homes:
            if home.host is not None and home.host not in origins:
                raise ValueError(f"estate.homes: {home.name} has host {home.host}, allowed {sorted(origins)}")
        for name, stream in self.demand.streams.items():
            for region in stream.regions or ():
                if region not in regions:
                    raise ValueError(
                        f"demand.streams.{name}.regions names {region}, allowed {sorted(regions)}"
                    )
        flags = {flag for profile in self.demand.profiles.values() for flag in profile.flags}
        for ground, terms in self.behaviour.homes.grounds.items():
            for flag in terms.flags:
                if flag not in flags:
                    raise ValueError(
                        f"behaviour.homes.grounds.{ground}.flags names {flag}, allowed {sorted(flags)}"
                    )
        for conflict in self.behaviour.homes.conflicts:
            for flag in (conflict.child, conflict.resident):
                if flag not in flags:
                    raise ValueError(f"behaviour.homes.conflicts names {flag}, allowed {sorted(flags)}")
        for route, rule in (("welfare", self.commissioning.welfare), ("justice", self.commissioning.justice)):
            if rule is None:
                continue
            for region in (*rule.members, *rule.quota):
                if region not in regions:
                    raise ValueError(
                        f"commissioning.{route} names region {region}, allowed {sorted(regions)}"
                    )
            for flag in rule.rank.clinical:
                if flag not in flags:
                    raise ValueError(
                        f"commissioning.{route}.rank.clinical names {flag}, allowed {sorted(flags)}"
                    )
            for ground in rule.refusal:
                if ground not in self.behaviour.homes.grounds and self.behaviour.homes.grounds:
                    raise ValueError(
                        f"commissioning.{route}.refusal names {ground}, "
                        f"allowed {sorted(self.behaviour.homes.grounds)}"
                    )
        return self

    def identity(self) -> str:
        """A short hash of everything that decides the answer (who plays it, and what is kept, do not)."""
        answer = self.model_dump(mode="json")
        for key in HOW_PLAYED:
            answer["run"].pop(key)
        return hashlib.sha256(json.dumps(answer, sort_keys=True).encode()).hexdigest()[:16]
