//! What commands read: files, standard input, passwords, and the objects in them.

mod file;
mod key;
mod kind;
mod object;

pub(crate) use file::{read, read_file};
pub(crate) use key::{Passwords, load_private_key, new_password, password_from};
pub(crate) use object::{Found, Object, first_certificate, objects};
