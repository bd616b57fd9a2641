//! The receipt number, which survives being read over the telephone.
