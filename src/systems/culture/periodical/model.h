// Value types of the periodical (电子报): paper, issue (期), page (版), and a page as it was laid out.
#pragma once
#include "base/record.h"
#include "platform/access/access.h"

namespace tx::culture {

struct Paper {
  std::int64_t id = 0;
  std::string region, name, name_en, motto, publisher;
  std::string licence_kind, licence_no;     // cn (national serial number), internal (permit for internal material), none
  std::string size;                         // broadsheet, tabloid
  std::string language;                     // zh-CN, en
  bool demonstration = false;
  Instant created;
};
BOOST_DESCRIBE_STRUCT(Paper, (), (id, region, name, name_en, motto, publisher, licence_kind, licence_no, size, language, demonstration, created))

struct Issue {
  std::int64_t id = 0, paper = 0;
  std::int64_t number = 0;                  // counted through
  Date day;
  std::string region, state;                // flow "issue"
  Instant due;
  access::AccountId made_by, proof1_by, proof2_by, proof3_by, signed_by;
  Instant created, published;
};
BOOST_DESCRIBE_STRUCT(Issue, (), (id, paper, number, day, region, state, due, made_by, proof1_by, proof2_by, proof3_by, signed_by, created, published))

struct Page {
  std::int64_t id = 0, issue = 0;
  int number = 0;
  std::string section;                      // section name: 头版, 志愿服务
  int version = 1;                          // printed anew: 2, 3, …
  std::string note;                         // catalogue key of why it was printed anew; empty: as first printed
  Instant changed;
};
BOOST_DESCRIBE_STRUCT(Page, (), (id, issue, number, section, version, note, changed))

}  // namespace tx::culture
