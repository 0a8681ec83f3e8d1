//! `Fn::Cidr`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use atalaya_document::{Content, Node};

use crate::{
    TemplateError,
    resolver::{Outcome, Resolver},
};

impl Resolver<'_> {
    /// `Fn::Cidr: [block, count, bits]`: that many blocks, each with so many bits for its hosts (8 when left out).
    pub(crate) fn cidr(&mut self, argument: &Node, path: &str) -> Outcome<Node> {
        let arguments = self.arguments_between(argument, 2..=3, path, "[block, count, bits]")?;
        let texts: Vec<_> = arguments.iter().map(|node| self.text(node, path)).collect();
        let texts = texts.into_iter().collect::<Outcome<Vec<_>>>()?;
        let bits = texts.get(2).map_or("8", String::as_str);
        match blocks(&texts[0], &texts[1], bits) {
            Some(blocks) => {
                let items = blocks.into_iter().map(|block| Node::of_text(argument.place, block)).collect();
                Ok(Node::new(argument.place, Content::List(items)))
            }
            None => {
                let message = format!("{} has no {} blocks with {bits} bits for their hosts", texts[0], texts[1]);
                self.fail(
                    TemplateError::new(argument.place, path, message)
                        .hint("at most 256 blocks, as in [10.0.0.0/16, 4, 8]"),
                )
            }
        }
    }
}

fn blocks(block: &str, count: &str, bits: &str) -> Option<Vec<String>> {
    let (address, prefix) = block.split_once('/')?;
    let (prefix, count, bits) = (prefix.parse::<u32>().ok()?, count.parse::<u128>().ok()?, bits.parse::<u32>().ok()?);
    let (start, width) = match address.parse().ok()? {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32_u32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    };
    let hosts = width.checked_sub(prefix)?;
    let room = hosts.checked_sub(bits)?;
    if !(1..=256).contains(&count) || bits == 0 || room < 9 && count > 1 << room {
        return None;
    }
    let first = start.checked_shr(hosts).unwrap_or(0).checked_shl(hosts).unwrap_or(0);
    let address = |index: u128| {
        let bits = first + index.checked_shl(bits).unwrap_or(0);
        match u32::try_from(bits) {
            Ok(bits) if width == 32 => Ipv4Addr::from_bits(bits).to_string(),
            _ => Ipv6Addr::from_bits(bits).to_string(),
        }
    };
    Some((0..count).map(|index| format!("{}/{}", address(index), width - bits)).collect())
}

#[cfg(test)]
mod tests {
    use super::blocks;

    #[test]
    fn blocks_lie_side_by_side() {
        let blocks = |block, count, bits| blocks(block, count, bits).map(|blocks| blocks.join(" "));
        assert_eq!(
            blocks("192.168.0.0/24", "3", "5").as_deref(),
            Some("192.168.0.0/27 192.168.0.32/27 192.168.0.64/27")
        );
        assert_eq!(blocks("10.0.7.9/16", "1", "8").as_deref(), Some("10.0.0.0/24"));
        assert_eq!(blocks("2001:db8::/56", "2", "64").as_deref(), Some("2001:db8::/64 2001:db8:0:1::/64"));
        for (block, count, bits) in [
            ("10.0.0.0/24", "9", "5"),
            ("10.0.0.0/33", "1", "1"),
            ("x/8", "1", "1"),
            ("10.0.0.0/8", "0", "8"),
            ("10.0.0.0/8", "257", "8"),
            ("10.0.0.0/8", "1", "0"),
            ("::/0", "1", "128"),
        ] {
            let found = blocks(block, count, bits);
            assert_eq!(found.is_some(), block == "::/0", "{block} {count} {bits}: {found:?}");
        }
    }
}
