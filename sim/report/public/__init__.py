"""Tables for the public: tidy CSV to the Explore Education Statistics standard, an accessible workbook, plain ODS."""
