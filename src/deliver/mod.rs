//! Alert → Delivery: one file for each channel.
//!
//! *Takes:* deliveries on loan from the store. *Gives:* what became of them.
//! *Never:* decides what is told; changes a body.
