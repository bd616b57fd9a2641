//! Fills units and rules on first start.
