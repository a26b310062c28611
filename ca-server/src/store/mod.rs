//! The store over Diesel. Its types do not leave this folder.
