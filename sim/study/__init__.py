# the arrays are small: threads of linear algebra gain nothing, and slow down what plays beside
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
