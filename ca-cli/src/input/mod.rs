//! What commands read: files, standard input, passwords, and the objects in them.

mod file;
mod key;
mod kind;
mod large;
mod object;
mod split;

pub(crate) use file::{read, read_file};
pub(crate) use key::{Passwords, load_private_key, new_password, password_from};
pub(crate) use kind::Kind;
pub(crate) use large::{LargeList, is_large_list, large_list};
pub(crate) use object::{
    Found, Object, Unreadable, first_certificate, objects, objects_in, plain_private_key,
};
pub(crate) use split::kinds_in;
