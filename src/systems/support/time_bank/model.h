// Value types of the time bank (时间银行). Minutes given to others can be used in old age, given to kin, or given to
// everybody; they are never money and never the hours of recognition, which stand in their own unit of the book.
#pragma once
#include "base/record.h"
#include "platform/access/access.h"

namespace tx::support::bank {

// Who is served first from the common pool (rules.md §5.3, 南京): elders of 80 and more who live alone; those of 60 to 79
// with a low income who need care.
enum class Care { none, lone, lone_poor };
BOOST_DESCRIBE_ENUM(Care, none, lone, lone_poor)

// Somebody with a passbook: a volunteer, a resident with an account, or an elder without a phone, for whom the keeper of the
// station acts with recorded consent.
struct Member {
  std::int64_t id = 0;
  std::string number;              // on the passbook: says nothing about the person
  std::int64_t volunteer = 0;      // 0: none
  access::AccountId account;       // 0: office only
  std::string name_sealed;
  Date birth;
  std::string region;              // community; the town is its first nine digits
  std::int64_t station = 0;        // whose keeper acts for an office-only member
  std::string consent, consent_by; // own, spoken, written, guardian; who said so
  access::AccountId opened_by;
  Care care = Care::none;
  access::AccountId care_by;       // who attested it
  std::string state;               // open, closed
  Instant opened;
};
BOOST_DESCRIBE_STRUCT(Member, (), (id, number, volunteer, account, name_sealed, birth, region, station, consent, consent_by,
                                   opened_by, care, care_by, state, opened))

// What somebody ordered: a gift, a donation, a share of the pool. The posting names it as its source.
struct Order {
  std::int64_t id = 0, member = 0, other = 0;
  std::string kind;                // gift, donate, grant
  std::int64_t minutes = 0;
  access::AccountId ordered_by;
  std::string consent;             // how an office-only member agreed: spoken, written; empty: ordered in person
  Instant at;
};
BOOST_DESCRIBE_STRUCT(Order, (), (id, member, other, kind, minutes, ordered_by, consent, at))

// A relation by blood or marriage; minutes go only along one that both agreed to and a third person attested.
struct Kin {
  std::int64_t id = 0, member = 0, other = 0;
  std::string relation;            // spouse, parent, child, grandparent, grandchild: what `other` is to `member`
  std::string state;               // flow "bank_kin"
  access::AccountId agreed_by, attested_by;
  Instant due, at;
};
BOOST_DESCRIBE_STRUCT(Kin, (), (id, member, other, relation, state, agreed_by, attested_by, due, at))

// What a confirmed service brought, by record: for the caps of the day and of a life, and for taking back.
struct Deposit {
  std::int64_t record = 0, member = 0;
  Date day;
  std::int64_t own = 0, give = 0, need = 0, posting = 0;   // need: which paid for it, 0 none; give: may only be given away
};
BOOST_DESCRIBE_STRUCT(Deposit, (), (record, member, day, own, give, need, posting))

// Minutes set aside for a need that is paid with them.
struct Hold {
  std::int64_t need = 0, member = 0, minutes = 0;
  std::string number, service, state;   // state: held, over
  Instant at;
};
BOOST_DESCRIBE_STRUCT(Hold, (), (need, member, minutes, number, service, state, at))

}  // namespace tx::support::bank
