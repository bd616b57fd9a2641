//! What an operator must look at.
