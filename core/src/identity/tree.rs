//! The log's tree: RFC 6962's Merkle tree over the log's entries.
//!
//! Floor: identity. Invariants: appending costs O(log n) and needs only the frontier (the roots of the full
//! subtrees on the right edge); a leaf covers an entry's place, document, epoch, change, manifest and
//! arrival, never content.

use sha2::{Digest, Sha256};

use crate::document::ChangeHash;
use crate::record::{DocumentId, Time};

/// What the log says of one change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// Its place, counting from 1.
    pub sequence: u64,
    /// The document.
    pub document: DocumentId,
    /// The document's epoch.
    pub epoch: u32,
    /// The change.
    pub change: ChangeHash,
    /// The manifest it came with.
    pub manifest: [u8; 32],
    /// When it arrived.
    pub arrival: Time,
}

impl LogEntry {
    /// What its leaf covers.
    #[must_use]
    pub fn bytes(&self) -> [u8; 100] {
        let mut out = [0; 100];
        out[..8].copy_from_slice(&self.sequence.to_be_bytes());
        out[8..24].copy_from_slice(self.document.bytes());
        out[24..28].copy_from_slice(&self.epoch.to_be_bytes());
        out[28..60].copy_from_slice(self.change.bytes());
        out[60..92].copy_from_slice(&self.manifest);
        out[92..].copy_from_slice(&self.arrival.millis().to_be_bytes());
        out
    }
}

/// The right edge of a tree: what appending needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// Roots of full subtrees, the largest first: one for each bit set in `size`.
    roots: Vec<[u8; 32]>,
}

impl Frontier {
    /// The frontier of `size` leaves with these subtree roots, as [`parts`](Self::parts) gave them.
    #[must_use]
    pub fn from_parts(size: u64, roots: Vec<[u8; 32]>) -> Option<Self> {
        (size.count_ones() as usize == roots.len()).then_some(Self { size, roots })
    }

    /// What a store keeps of it.
    #[must_use]
    pub fn parts(&self) -> (u64, &[[u8; 32]]) {
        (self.size, &self.roots)
    }

    /// How many leaves there are.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf.
    pub fn append(&mut self, leaf: &[u8]) {
        let mut node = leaf_hash(leaf);
        // Each full subtree as large as the one just completed joins it.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.roots.pop() {
                node = node_hash(&left, &node);
            }
        }
        self.roots.push(node);
        self.size += 1;
    }

    /// The tree's root.
    #[must_use]
    pub fn root(&self) -> [u8; 32] {
        let mut roots = self.roots.iter().rev();
        match roots.next() {
            None => Sha256::digest([]).into(),
            Some(last) => roots.fold(*last, |right, left| node_hash(left, &right)),
        }
    }
}

fn leaf_hash(leaf: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update([0]);
    hash.update(leaf);
    hash.finalize().into()
}

fn node_hash(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update([1]);
    hash.update(left);
    hash.update(right);
    hash.finalize().into()
}

/// The root over `leaves`, by the definition in RFC 6962, section 2.1; for checking.
#[must_use]
pub fn root_of(leaves: &[Vec<u8>]) -> [u8; 32] {
    match leaves {
        [] => Sha256::digest([]).into(),
        [leaf] => leaf_hash(leaf),
        more => {
            let half = more.len().next_power_of_two() / 2;
            node_hash(&root_of(&more[..half]), &root_of(&more[half..]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The leaves of the test vectors that go with RFC 6962.
    fn vectors() -> Vec<Vec<u8>> {
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
            .iter()
            .map(|text| {
                (0..text.len() / 2).map(|at| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).unwrap()).collect()
            })
            .collect()
    }

    #[test]
    fn roots_are_those_of_the_published_vectors() {
        let expected = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let leaves = vectors();
        let mut frontier = Frontier::default();
        for (size, root) in expected.iter().enumerate() {
            assert_eq!(hex(&frontier.root()), *root, "size {size}");
            assert_eq!(frontier.root(), root_of(&leaves[..size]));
            if let Some(leaf) = leaves.get(size) {
                frontier.append(leaf);
            }
        }
    }

    #[test]
    fn the_frontier_agrees_with_the_definition_at_every_size() {
        let leaves: Vec<Vec<u8>> = (0_u32..300).map(|at| at.to_be_bytes().to_vec()).collect();
        let mut frontier = Frontier::default();
        for size in 0..leaves.len() {
            assert_eq!(frontier.root(), root_of(&leaves[..size]));
            let (count, roots) = frontier.parts();
            frontier = Frontier::from_parts(count, roots.to_vec()).unwrap();
            frontier.append(&leaves[size]);
        }
    }
}
