//! The packing that all Agora tokens share: little-endian integers, `S(x)` for strings, `M(d)` for
//! privileges.

use super::{
    MAX_ENTRIES,
    error::{BuildError, ParseError},
    privileges::Privileges,
};

/// Packs values one after the other.
pub(super) struct Writer {
    bytes: Vec<u8>,
    /// How many entries may still come: see [`MAX_ENTRIES`].
    entries: usize,
}

impl Writer {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(bytes),
            entries: MAX_ENTRIES,
        }
    }

    pub(super) fn u16(&mut self, value: u16) {
        self.raw(&value.to_le_bytes());
    }

    pub(super) fn i16(&mut self, value: i16) {
        self.raw(&value.to_le_bytes());
    }

    pub(super) fn u32(&mut self, value: u32) {
        self.raw(&value.to_le_bytes());
    }

    /// Packs the number of entries that follow.
    pub(super) fn count(&mut self, what: &'static str, count: usize) -> Result<(), BuildError> {
        let too_many = BuildError::TooManyEntries { what, count };
        let left = self.entries.checked_sub(count);
        let (Some(left), Ok(number)) = (left, u16::try_from(count)) else {
            return Err(too_many);
        };
        self.entries = left;
        self.u16(number);
        Ok(())
    }

    /// Packs a length and that many bytes.
    pub(super) fn string(&mut self, field: &'static str, text: &str) -> Result<(), BuildError> {
        self.sized(field, text.as_bytes())
    }

    /// The same for any bytes. More of them than the length can say are refused: several official
    /// libraries write it modulo 65536 and so sign a corrupt token.
    pub(super) fn sized(&mut self, field: &'static str, bytes: &[u8]) -> Result<(), BuildError> {
        let len = bytes.len();
        self.u16(u16::try_from(len).map_err(|_| BuildError::StringTooLong { field, len })?);
        self.raw(bytes);
        Ok(())
    }

    pub(super) fn privileges(&mut self, privileges: &Privileges) -> Result<(), BuildError> {
        self.count("privileges", privileges.len())?;
        for (id, value) in privileges.iter() {
            self.u16(id);
            self.u32(value);
        }
        Ok(())
    }

    /// Bytes as they are, without a length.
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Unpacks values one after the other. `what` names the value in an error.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    /// How many entries may still come: see [`MAX_ENTRIES`].
    entries: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            entries: MAX_ENTRIES,
        }
    }

    /// How many bytes are left.
    pub(super) fn len(&self) -> usize {
        self.rest.len()
    }

    /// The number of entries that follow. The first that is too large ends the reading, before any
    /// of its entries is read.
    pub(super) fn count(&mut self, what: &'static str) -> Result<u16, ParseError> {
        let count = self.u16(what)?;
        let left = self.entries.checked_sub(count.into());
        self.entries = left.ok_or(ParseError::TooManyEntries)?;
        Ok(count)
    }

    pub(super) fn u16(&mut self, what: &'static str) -> Result<u16, ParseError> {
        self.array(what).map(u16::from_le_bytes)
    }

    pub(super) fn i16(&mut self, what: &'static str) -> Result<i16, ParseError> {
        self.array(what).map(i16::from_le_bytes)
    }

    pub(super) fn u32(&mut self, what: &'static str) -> Result<u32, ParseError> {
        self.array(what).map(u32::from_le_bytes)
    }

    /// A length and that many bytes.
    pub(super) fn bytes(&mut self, what: &'static str) -> Result<&'a [u8], ParseError> {
        let len = self.u16(what)?;
        let (bytes, rest) = self
            .rest
            .split_at_checked(len.into())
            .ok_or(ParseError::Truncated { what })?;
        self.rest = rest;
        Ok(bytes)
    }

    pub(super) fn string(&mut self, field: &'static str) -> Result<&'a str, ParseError> {
        str::from_utf8(self.bytes(field)?).map_err(|_| ParseError::NotUtf8 { field })
    }

    /// Privileges in any order; the last value of an id counts.
    pub(super) fn privileges(&mut self) -> Result<Privileges, ParseError> {
        let mut privileges = Privileges::new();
        for _ in 0..self.count("the number of privileges")? {
            let id = self.u16("a privilege")?;
            privileges.set(id, self.u32("a privilege")?);
        }
        Ok(privileges)
    }

    fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], ParseError> {
        let (array, rest) = self
            .rest
            .split_first_chunk()
            .ok_or(ParseError::Truncated { what })?;
        self.rest = rest;
        Ok(*array)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_little_endian() {
        let mut out = Writer::with_capacity(0);
        out.u16(0x0102);
        out.u32(0x0304_0506);
        out.i16(-1);
        assert_eq!(out.into_bytes(), [2, 1, 6, 5, 4, 3, 0xff, 0xff]);
    }

    #[test]
    fn a_string_may_have_65535_bytes_and_no_more() {
        let longest = "x".repeat(65535);
        let mut out = Writer::with_capacity(0);
        out.string("uid", &longest).unwrap();
        let bytes = out.into_bytes();
        assert_eq!(Reader::new(&bytes).string("uid"), Ok(&*longest));

        let error = Writer::with_capacity(0)
            .string("uid", &format!("{longest}x"))
            .unwrap_err();
        assert_eq!(
            error,
            BuildError::StringTooLong {
                field: "uid",
                len: 65536
            }
        );
    }

    #[test]
    fn privileges_are_read_in_any_order() {
        let bytes = [2, 0, 9, 0, 7, 0, 0, 0, 1, 0, 5, 0, 0, 0];
        let privileges = Reader::new(&bytes).privileges().unwrap();
        assert_eq!(privileges.iter().collect::<Vec<_>>(), [(1, 5), (9, 7)]);
    }

    #[test]
    fn a_value_that_is_cut_off_is_named() {
        let error = Reader::new(&[5, 0, b'a'])
            .string("channel name")
            .unwrap_err();
        assert_eq!(
            error,
            ParseError::Truncated {
                what: "channel name"
            }
        );
    }
}
