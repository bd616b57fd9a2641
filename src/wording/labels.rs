//! Texts of codes: classes, states, roles, steps, forms.
