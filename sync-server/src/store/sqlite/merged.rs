//! Which doors count for which.
//!
//! Floor: store. Invariant: the same rule as core's `doors`: a merge holds while both doors lie in one grid, a chain ends
//! at the door that stands, a ring at the one of it that was made first.

/// For whatever asks for it by `WITH RECURSIVE`: `folded (kept, gone)`.
pub(super) const FOLDED: &str = "merged (id, target) AS ( \
         SELECT here.id, there.id FROM \"household\" m CROSS JOIN document here CROSS JOIN document there \
         WHERE m.\"merged_into\" IS NOT NULL AND here.record = m.\"record\" AND there.id = m.\"merged_into\" \
             AND there.scope = here.scope AND there.kind = 'household'), \
     way (start, at) AS (SELECT id, target FROM merged \
         UNION SELECT way.start, merged.target FROM way JOIN merged ON merged.id = way.at WHERE way.at <> way.start), \
     first_made (id) AS (SELECT start FROM way GROUP BY start HAVING max(at = start) AND min(at) = start), \
     folded (kept, gone) AS (SELECT at, start FROM way WHERE at <> start AND start NOT IN (SELECT id FROM first_made) \
         AND (at NOT IN (SELECT id FROM merged) OR at IN (SELECT id FROM first_made)))";
