//! Just enough HTTP/1.1 to be told from what is measured: one message, its length given.

use std::io::{self, BufRead};

/// A message: its first line, and its body.
pub struct Message {
    pub first_line: String,
    pub body: Vec<u8>,
}

/// Reads one message; `None` where the connection is closed before one begins.
pub fn read(from: &mut impl BufRead) -> io::Result<Option<Message>> {
    let mut first_line = String::new();
    if from.read_line(&mut first_line)? == 0 {
        return Ok(None);
    }
    let mut length = 0;
    loop {
        let mut line = String::new();
        from.read_line(&mut line)?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body)?;
    Ok(Some(Message { first_line, body }))
}
