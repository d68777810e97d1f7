// The rows of the book as they stand in the tables: what book.cpp writes and check.cpp reads back. Inside the book only.
#pragma once
#include "platform/identity/deeds.h"
#include "systems/support/book/book.h"

namespace tx::support {

struct Leaf {
  std::int64_t seq = 0;
  std::string type;
  std::int64_t object = 0;
  storage::Blob salt;
  std::string record, leaf;         // record: empty when the person was erased
};
BOOST_DESCRIBE_STRUCT(Leaf, (), (seq, type, object, salt, record, leaf))
struct Posting {
  std::int64_t id = 0;
  std::string kind, unit;
  std::int64_t source = 0, reverses = 0;
  Instant at;
};
BOOST_DESCRIBE_STRUCT(Posting, (), (id, kind, unit, source, reverses, at))

Json logged(const Posting& posting, const std::vector<Line>& lines);     // as the log keeps it
std::vector<Line> lines_of(storage::Reader& reader, std::int64_t posting);

Json logged(const identity::GrantDeed& deed);
std::string_view leaf_type(const identity::GrantDeed& deed);             // grant, grant_ended

// A flag that the copies of a book share.
struct Book::Pending {
  bool unsigned_head = false;
};

}  // namespace tx::support
