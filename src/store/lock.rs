//! Only one daemon a state folder.
