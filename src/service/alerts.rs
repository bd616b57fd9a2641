//! Alerts of a case, sending again, the page behind a mail's link.
