//! Messages on a stream: four octets of length, big-endian, and that many octets.

use std::io::{self, Read, Write};

use schemas::signer::MAX_MESSAGE;

/// Reads the next message; none where the other side ended before it began one.
pub(super) fn read(from: &mut dyn Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    loop {
        match from.read(&mut length[..1]) {
            Ok(0) => return Ok(None),
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    from.read_exact(&mut length[1..])?;
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > MAX_MESSAGE {
        return Err(io::Error::new(io::ErrorKind::InvalidData, format!("a message of {length} octets")));
    }
    let mut octets = vec![0; length];
    from.read_exact(&mut octets)?;
    Ok(Some(octets))
}

/// Writes a message of at most [`MAX_MESSAGE`] octets.
pub(super) fn write(to: &mut dyn Write, octets: &[u8]) -> io::Result<()> {
    let length = u32::try_from(octets.len())
        .ok()
        .filter(|_| octets.len() <= MAX_MESSAGE)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a message is too long"))?;
    // In one piece: two small writes would wait for each other's acknowledgement over TCP.
    let mut framed = Vec::with_capacity(4 + octets.len());
    framed.extend_from_slice(&length.to_be_bytes());
    framed.extend_from_slice(octets);
    to.write_all(&framed)?;
    to.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(octets in proptest::collection::vec(any::<u8>(), 0..2048)) {
            let mut stream = Vec::new();
            write(&mut stream, &octets).unwrap();
            let mut stream = stream.as_slice();
            prop_assert_eq!(read(&mut stream).unwrap(), Some(octets));
            prop_assert_eq!(read(&mut stream).unwrap(), None);
        }

        #[test]
        fn no_stream_makes_the_reader_panic(octets in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = read(&mut octets.as_slice());
        }
    }

    #[test]
    fn an_announced_length_beyond_the_bound_is_refused_before_memory_is_taken() {
        let error = read(&mut [0xff_u8; 4].as_slice()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        assert!(write(&mut Vec::new(), &vec![0; MAX_MESSAGE + 1]).is_err());
    }
}
