// The press: a page of stories and pictures becomes a sheet (drawing, PDF, hot zones) through the typesetting engine. Published
// sheets are kept; one that is missing is printed when it is asked for, and kept by the timed work. Thread-safe.
#pragma once
#include <memory>

#include "platform/language/language.h"
#include "systems/culture/periodical/periodical.h"

namespace tx::culture {

struct Sheet {
  std::string svg, thumb, pdf;      // thumb: PNG
  Json zones;                       // [{story, x, y, w, h, points: "x,y x,y …"}] in per mille of the page, in reading order
  Json faults;                      // [{story, lines}]: what does not fit, for the editor
  std::string refused;              // the rule by which the page could not be laid out at all; empty: it could
  int overset = 0, white = 0;       // lines that do not fit; empty share of the type area in per cent
};

class Press {
 public:
  explicit Press(const language::Catalogue& words);
  ~Press();
  // The page as it stands; a published one from the kept sheets when it is there.
  std::shared_ptr<const Sheet> sheet(storage::Reader& reader, const Issue& issue, const Page& page) const;
  std::string issue_pdf(storage::Reader& reader, const Issue& issue) const;   // all pages in one file
  // Prints and keeps what is published and not kept yet; how many pages.
  int keep_missing(storage::Store& store) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string date_line(const language::Catalogue& words, language::Language language, Date day);   // as printed on a page

}  // namespace tx::culture
