//! Messages to deliver: enqueue, claim, settle.
