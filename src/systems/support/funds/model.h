// Funds (资金): gifts with what they were given for, what they became, and what the law wants told about them. Money is postings
// in fen in the book; these rows say what a posting means.
#pragma once
#include <string>

#include "base/record.h"
#include "platform/access/access.h"

namespace tx::support {

struct Fund {
  std::int64_t id = 0, organisation = 0;       // the body that holds the money
  std::string region, name, purpose;
  // Public fund-raising happens elsewhere: on a designated platform, by whoever holds the certificate. Empty: none.
  std::string platform, link, certificate_no, filing_no;
  Date from_day, until_day;
  std::string state;                           // open, closed
  access::AccountId made_by;
  Instant created;
};
BOOST_DESCRIBE_STRUCT(Fund, (), (id, organisation, region, name, purpose, platform, link, certificate_no, filing_no, from_day, until_day, state,
                                 made_by, created))

struct Gift {
  std::int64_t id = 0, fund = 0;
  std::string number;                          // whoever holds it follows the gift
  std::string kind;                            // money, goods
  std::int64_t fen = 0;                        // of goods: their value as given in the papers
  std::string goods;                           // what and how much
  std::string earmark;                         // what it was given for; empty: the fund's purpose
  std::string channel;                         // agreement, transfer, platform
  std::string donor_sealed;                    // empty: anonymous
  access::AccountId donor;                     // 0: none
  // The donation bill (捐赠票据), as recorded: it is issued elsewhere. Waived: the note says so (Charity Law art. 38).
  std::string bill_code, bill_no, bill_check;
  bool bill_waived = false;
  std::string handler;
  Date day;
  std::string asked_use, asked_reason, change;  // change of use: "", asked, agreed, declined
  std::int64_t posting = 0;
  access::AccountId recorded_by;
  Instant at;
};
BOOST_DESCRIBE_STRUCT(Gift, (), (id, fund, number, kind, fen, goods, earmark, channel, donor_sealed, donor, bill_code, bill_no, bill_check, bill_waived,
                                 handler, day, asked_use, asked_reason, change, posting, recorded_by, at))

struct Outflow {
  std::int64_t id = 0, fund = 0;
  std::string region, what, payee, purpose;    // purpose: an earmark, or empty for the fund's own
  std::int64_t fen = 0;
  std::string state;                           // flow "outflow"
  Instant due;
  access::AccountId asked_by, approved_by;
  std::int64_t posting = 0;
  Instant at, paid;
};
BOOST_DESCRIBE_STRUCT(Outflow, (), (id, fund, region, what, payee, purpose, fen, state, due, asked_by, approved_by, posting, at, paid))

struct GiftUse {                               // which gift an outflow used, and how much of it
  std::int64_t outflow = 0, gift = 0, fen = 0;
};
BOOST_DESCRIBE_STRUCT(GiftUse, (), (outflow, gift, fen))

struct Disclosure {                            // what must be told to the public, and by when (rules 8.3)
  std::int64_t id = 0, fund = 0;
  std::string kind;                            // quarter, full, surplus, annual
  Instant due, reminded, done;
  std::string words;                           // where it was published
  access::AccountId done_by;
};
BOOST_DESCRIBE_STRUCT(Disclosure, (), (id, fund, kind, due, reminded, done, words, done_by))

}  // namespace tx::support
