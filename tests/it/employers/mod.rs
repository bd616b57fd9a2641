//! Employers: registered by themselves, verified by the province, their people, who else claims a tax
//! code, and those who try to get in.

mod account;
mod attacks;
mod comebacks;
mod firm;
mod people;
mod province;
mod registering;
mod timing;
mod tokens;
