//! Issue, list and revoke API tokens; who is calling.
