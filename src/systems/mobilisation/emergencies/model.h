// What an emergency is made of: a plan (预案) written in quiet days, an operation started from it (a drill takes the same path
// and says so everywhere), the calls to people, the cards of capable teams. The policies that cover the called are the support
// room's (cover.h).
#pragma once
#include <string>
#include <vector>

#include "base/record.h"
#include "platform/access/access.h"

namespace tx::mobilisation {

struct Role {                       // a capability and how many are needed
  std::string name;
  int skill = 0;                    // specialty 1..23 (rules §4.4); 0: any adult
  std::string card;                 // kind of capability card whose team is called; empty: anybody
  int heads = 0;
};
BOOST_DESCRIBE_STRUCT(Role, (), (name, skill, card, heads))
struct Point {                      // muster point (集结点)
  std::string name, address;
  std::int64_t x_m = 0, y_m = 0;
};
BOOST_DESCRIBE_STRUCT(Point, (), (name, address, x_m, y_m))

struct Plan {
  std::int64_t id = 0;
  std::string title, kind, region;  // kind: the four of 突发事件应对法 art. 2
  std::int64_t organisation = 0;    // organises records (Decree 67 art. 26)
  std::string purpose, command;     // for what; who commands (Regulation art. 24)
  std::string gear, risks;
  std::vector<Role> roles;
  std::vector<Point> points;
  int report_minutes = 60;          // in the field, everybody says "I am well" this often
  std::string state;
  Instant due;
  access::AccountId made_by, approved_by;
  Instant created, changed;
};
BOOST_DESCRIBE_STRUCT(Plan, (), (id, title, kind, region, organisation, purpose, command, gear, risks, roles, points, report_minutes, state, due, made_by,
                                 approved_by, created, changed))

struct Operation {
  std::int64_t id = 0, plan = 0;
  bool drill = false;
  std::string title, kind, region;
  std::int64_t organisation = 0;
  std::string purpose, command, gear, risks;
  std::vector<Role> roles;
  std::vector<Point> points;
  int report_minutes = 60;
  std::int64_t policy = 0;          // of the support room
  Instant starts, until;
  std::string code_key;             // of the rotating code at the muster points
  int waves = 0;
  bool calling = false;             // a wave is being written just now
  std::string state;
  Instant due;
  access::AccountId opened_by;
  Instant opened, ended;
};
BOOST_DESCRIBE_STRUCT(Operation, (), (id, plan, drill, title, kind, region, organisation, purpose, command, gear, risks, roles, points, report_minutes, policy,
                                      starts, until, code_key, waves, calling, state, due, opened_by, opened, ended))

// One person in one operation; destroyed with it. state: asked, coming, cannot, here, left, never_came, released (the call was
// taken back before an answer).
struct Callout {
  std::int64_t id = 0, operation = 0, volunteer = 0;
  access::AccountId account;
  int wave = 0, role = 0, point = 0;
  std::int64_t metres = 0;          // straight line to the point
  std::string state, how;           // how: phone (own), operator, desk
  access::AccountId asked_by;
  Instant asked_at, answered_at;
  access::AccountId noted_by;       // who wrote the answer down, when not the person
  Instant seen_at;                  // last sign of life in the field
  std::int64_t buddy = 0;           // volunteer
  std::string words_sealed;         // last words from the field
};
BOOST_DESCRIBE_STRUCT(Callout, (), (id, operation, volunteer, account, wave, role, point, metres, state, how, asked_by, asked_at, answered_at, noted_by, seen_at,
                                    buddy, words_sealed))

// Certificate of destruction: counts only, and what proves that exactly these rows went.
struct Destruction {
  std::int64_t id = 0, operation = 0;
  std::string number;
  int asked = 0, coming = 0, cannot = 0, silent = 0, came = 0, words = 0, notices = 0, messages = 0;
  std::string digest;               // SHA-256 over the rows before they went, in the order of their ids
  std::int64_t leaf = 0;
  access::AccountId by_account;
  Instant begun, ended;
};
BOOST_DESCRIBE_STRUCT(Destruction, (), (id, operation, number, asked, coming, cannot, silent, came, words, notices, messages, digest, leaf, by_account, begun, ended))

struct Card {                       // team capability card, 应急〔2024〕83号: five types, level 1-3
  std::int64_t id = 0, organisation = 0;
  std::string region, kind;
  int level = 3;
  std::string paper;
  Date valid_until;
  int people = 0;
  std::string gear, state;          // state: sent, checked, refused
  access::AccountId made_by, checked_by;
  Instant created;
};
BOOST_DESCRIBE_STRUCT(Card, (), (id, organisation, region, kind, level, paper, valid_until, people, gear, state, made_by, checked_by, created))

inline constexpr const char* kPlanKinds[] = {"natural", "accident", "health", "security"};                      // 突发事件应对法 art. 2
inline constexpr const char* kCardKinds[] = {"collapse", "mountain", "water", "diving", "medical"};             // 应急〔2024〕83号
inline constexpr int kSkills[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 22, 23};   // rules §4.4

}  // namespace tx::mobilisation
