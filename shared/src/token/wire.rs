//! The packing that all Agora tokens share: little-endian integers, `S(x)` for strings, `M(d)` for
//! privileges.

use super::{
    error::{BuildError, ParseError},
    privileges::Privileges,
};

/// A number of entries as the wire's u16.
pub(super) fn count(what: &'static str, count: usize) -> Result<u16, BuildError> {
    u16::try_from(count).map_err(|_| BuildError::TooManyEntries { what, count })
}

/// Packs values one after the other.
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    pub(super) fn u16(&mut self, value: u16) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub(super) fn i16(&mut self, value: i16) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub(super) fn u32(&mut self, value: u32) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    /// Packs a length and that many bytes. A longer text is refused: several official libraries
    /// write its length modulo 65536 and so sign a corrupt token.
    pub(super) fn string(&mut self, field: &'static str, text: &str) -> Result<(), BuildError> {
        let len = text.len();
        self.u16(u16::try_from(len).map_err(|_| BuildError::StringTooLong { field, len })?);
        self.raw(text.as_bytes());
        Ok(())
    }

    pub(super) fn privileges(&mut self, privileges: &Privileges) -> Result<(), BuildError> {
        self.u16(count("privileges", privileges.len())?);
        for (id, value) in privileges.iter() {
            self.u16(id);
            self.u32(value);
        }
        Ok(())
    }

    /// Bytes as they are, without a length.
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// Unpacks values one after the other. `what` names the value in an error.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// How many bytes are left.
    pub(super) fn len(&self) -> usize {
        self.0.len()
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
            .0
            .split_at_checked(len.into())
            .ok_or(ParseError::Truncated { what })?;
        self.0 = rest;
        Ok(bytes)
    }

    pub(super) fn string(&mut self, field: &'static str) -> Result<&'a str, ParseError> {
        str::from_utf8(self.bytes(field)?).map_err(|_| ParseError::NotUtf8 { field })
    }

    /// Privileges in any order; the last value of an id counts.
    pub(super) fn privileges(&mut self) -> Result<Privileges, ParseError> {
        let mut privileges = Privileges::new();
        for _ in 0..self.u16("the number of privileges")? {
            let id = self.u16("a privilege")?;
            privileges.set(id, self.u32("a privilege")?);
        }
        Ok(privileges)
    }

    fn array<const N: usize>(&mut self, what: &'static str) -> Result<[u8; N], ParseError> {
        let (array, rest) = self
            .0
            .split_first_chunk()
            .ok_or(ParseError::Truncated { what })?;
        self.0 = rest;
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
