#include "engines/typesetting/breaks.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>

#include "engines/typesetting/letters.h"
#include "engines/typesetting/type.h"
#include "engines/typesetting/words.h"

namespace tx::typesetting {
namespace {

constexpr std::u32string_view kOpens = U"（《〈「『【〔［｛“‘([{<$￥£€№";
constexpr std::u32string_view kCloses = U"）》〉」』】〕］｝”’，、。；：！？…—·～%‰℃°,.;:!?)]}>－\u3005\u30fc";
constexpr double kForbidden = 1e15;    // worse than any spacing, and still better than nothing

bool among(std::u32string_view set, char32_t letter) { return set.find(letter) != std::u32string_view::npos; }
bool is_wide(char32_t c) { return c >= 0x2e80 || among(U"“”‘’—…·", c); }
bool in_word(char32_t c) { return c > ' ' && !is_wide(c) && c != 0xa0; }

void measure(Atom& atom, Face face) {
  const Shape& shape = Type::here().shape(face, atom.text, atom.latin);
  atom.width = shape.advance;
  if (atom.latin || shape.advance < 0.9 || shape.advance > 1.1) return;
  // The blank half of a mark as the type has drawn it, less a hair of air.
  if (atom.opens) atom.blank_left = std::clamp(shape.ink_left - 0.04, 0.0, 0.5);
  else if (atom.closes && shape.ink_right > 0) atom.blank_right = std::clamp(shape.advance - shape.ink_right - 0.06, 0.0, 0.5);
}

// A word wider than the column is parted after its own marks, and where that does not help anywhere.
void push_word(std::vector<Atom>& out, Atom atom, Face face, double widest) {
  measure(atom, face);
  if (atom.width <= widest) {
    out.push_back(std::move(atom));
    return;
  }
  Atom part = atom;
  part.text.clear();
  for (std::size_t i = 0; i < atom.text.size();) {
    const std::size_t size = letter_size(atom.text, i);
    Atom longer = part;
    longer.text.append(atom.text, i, size);
    measure(longer, face);
    if (!part.text.empty() && (longer.width > widest || among(U"/-._?&=@", letter_at(atom.text, i - 1)))) {
      measure(part, face);
      part.space_after = false;
      out.push_back(part);
      part.byte = atom.byte + i;
      part.text.clear();
    }
    part.text.append(atom.text, i, size);
    i += size;
  }
  measure(part, face);
  part.space_after = atom.space_after;
  out.push_back(std::move(part));
}

}  // namespace

std::vector<Atom> atoms_of(std::string_view text, Face face, Language language, double widest) {
  std::vector<Atom> out;
  std::size_t i = 0;
  while (i < text.size()) {
    const char32_t letter = letter_at(text, i);
    std::size_t size = letter_size(text, i);
    if (letter <= ' ' || letter == 0xa0) {
      if (!out.empty()) out.back().space_after = true;
      i += size;
      continue;
    }
    Atom atom;
    atom.byte = i;
    if (in_word(letter) || (language == Language::english && letter < 0x2e80)) {
      std::size_t end = i;
      while (end < text.size()) {
        const char32_t next = letter_at(text, end);
        const bool quote_inside = among(U"’", next) && end > i && end + 3 < text.size() && in_word(letter_at(text, end + 3));
        if (!(in_word(next) || quote_inside || (language == Language::english && next > ' ' && next < 0x2e80 && next != 0xa0))) break;
        end += letter_size(text, end);
        if (next == 0x2014 && language == Language::english) break;
        if (next == '-' && end - i > 2 && end < text.size() && std::isalpha(static_cast<unsigned char>(text[end]))) break;   // volunteer-|service
      }
      atom.text = std::string(text.substr(i, end - i));
      atom.latin = true;
      atom.opens = among(kOpens, letter) && end - i == size;
      atom.closes = among(kCloses, letter) && end - i == size;
      i = end;
      push_word(out, std::move(atom), face, widest);
      continue;
    }
    if ((letter == U'—' || letter == U'…') && i + size < text.size() && letter_at(text, i + size) == letter) size *= 2;
    atom.text = std::string(text.substr(i, size));
    atom.opens = among(kOpens, letter);
    atom.closes = among(kCloses, letter);
    atom.blank = letter == 0x3000;
    measure(atom, face);
    i += size;
    out.push_back(std::move(atom));
  }
  return out;
}

Gap gap_between(const Atom& left, const Atom& right, Language language) {
  Gap gap;
  gap.may_break = !(left.opens || right.closes);
  if (language == Language::english) {
    gap.may_break = left.space_after || left.text.ends_with("—") || left.text.ends_with('-') || !left.latin || !right.latin;
    if (left.space_after) gap.natural = 0.24, gap.stretch = 0.14, gap.shrink = 0.07;
    return gap;
  }
  if (left.latin && right.latin) {
    if (left.space_after) gap.natural = 0.25, gap.stretch = 0.12, gap.shrink = 0.06;
    return gap;
  }
  if (left.space_after && !left.latin && !right.latin && !left.closes && !right.opens) {   // a blank that the writer wanted: a name after a title
    gap.natural = 0.4, gap.stretch = 0.1, gap.shrink = 0.1;
    return gap;
  }
  const bool marks = left.opens || left.closes || right.opens || right.closes;
  if (left.latin != right.latin && !marks && !left.blank && !right.blank) {
    gap.natural = 0.2, gap.stretch = 0.12, gap.shrink = 0.1;   // 中西文间距
    return gap;
  }
  double blank = left.blank_right + right.blank_left;
  if ((left.opens || left.closes) && (right.opens || right.closes)) {   // marks side by side give up one half at once
    const double given = std::min(blank, 0.5);
    gap.natural = -given;
    blank -= given;
  }
  gap.shrink = blank * 0.9;
  gap.stretch = 0.045;
  return gap;
}

namespace {

struct Run {                           // prefix sums over atoms and gaps
  std::vector<double> width, stretch, shrink;
  std::vector<Gap> gaps;
};
Run run_of(const std::vector<Atom>& atoms, Language language) {
  Run run;
  run.gaps.resize(atoms.size());
  run.width.assign(atoms.size() + 1, 0);
  run.stretch = run.shrink = run.width;
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    if (i + 1 < atoms.size()) run.gaps[i] = gap_between(atoms[i], atoms[i + 1], language);
    run.width[i + 1] = run.width[i] + atoms[i].width + run.gaps[i].natural;
    run.stretch[i + 1] = run.stretch[i] + run.gaps[i].stretch;
    run.shrink[i + 1] = run.shrink[i] + run.gaps[i].shrink;
  }
  return run;
}

struct Sum { double width = 0, stretch = 0, shrink = 0; };
// Atoms [from, to) as a line: the blank before an opening mark at its head is dropped; that after a closing mark at its
// end may be.
Sum sum_of(const std::vector<Atom>& atoms, const Run& run, std::size_t from, std::size_t to) {
  const std::size_t last = to - 1;
  Sum sum;
  sum.width = run.width[last] - run.width[from] + atoms[last].width - atoms[from].blank_left;
  sum.stretch = run.stretch[last] - run.stretch[from];
  sum.shrink = run.shrink[last] - run.shrink[from] + atoms[last].blank_right;
  return sum;
}

SetLine set_line(const std::vector<Atom>& atoms, const Run& run, std::size_t from, std::size_t to, double width, double indent,
                 bool justify, Language language = Language::chinese) {
  SetLine line;
  line.byte = atoms[from].byte;
  const Sum sum = sum_of(atoms, run, from, to);
  const double need = width - indent - sum.width;
  double ratio_up = 0, ratio_down = 0, rest = 0;
  if (need < 0) {
    const double shrink = sum.shrink > 0 ? std::min(1.0, -need / sum.shrink) : 0;
    ratio_down = shrink;
    line.change = to - from > 1 ? need / static_cast<double>(to - from - 1) : 0;
  } else if (justify && sum.stretch > 0) {
    ratio_up = need / sum.stretch;
    if (language == Language::english) {
      ratio_up = std::min(ratio_up, 4.0);   // a line that would be all holes ends where its words end
    } else if (ratio_up > 4) {              // beyond that all letters take a share, as evenly as can be
      ratio_up = 4;
      rest = (need - 4 * sum.stretch) / static_cast<double>(to - from - 1);
    }
    line.change = need / static_cast<double>(std::max<std::ptrdiff_t>(1, std::count_if(run.gaps.begin() + static_cast<std::ptrdiff_t>(from), run.gaps.begin() + static_cast<std::ptrdiff_t>(to - 1), [](const Gap& gap) { return gap.stretch > 0; })));
  }
  double x = indent - atoms[from].blank_left;
  for (std::size_t i = from; i < to; ++i) {
    SetPiece piece{x, atoms[i].text};
    if (i + 1 < to && atoms[i].space_after) piece.text += ' ';
    if (!atoms[i].blank) line.pieces.push_back(std::move(piece));
    x += atoms[i].width;
    if (i + 1 < to) x += run.gaps[i].natural + ratio_up * run.gaps[i].stretch + rest - ratio_down * run.gaps[i].shrink;
  }
  line.width = x - ratio_down * atoms[to - 1].blank_right;
  return line;
}

}  // namespace

std::vector<SetLine> broken(std::string_view text, Face face, Language language, const Measure& measure) {
  std::vector<SetLine> out;
  const auto atoms = atoms_of(text, face, language, measure.width - measure.indent);
  if (atoms.empty()) return out;
  const Run run = run_of(atoms, language);
  const std::size_t count = atoms.size();
  std::vector<double> cost(count + 1, std::numeric_limits<double>::infinity());
  std::vector<std::size_t> from(count + 1, 0);
  cost[0] = 0;
  for (std::size_t end = 1; end <= count; ++end) {
    const bool last = end == count;
    const double parting = last || run.gaps[end - 1].may_break ? 0 : kForbidden;
    for (std::size_t begin = end; begin-- > 0;) {
      const double room = measure.width - (begin == 0 ? measure.indent : 0);
      const Sum sum = sum_of(atoms, run, begin, end);
      const double need = room - sum.width;
      const bool alone = begin + 1 == end;
      if (need < -sum.shrink - 1e-6 && !alone) {
        if (run.width[end - 1] - run.width[begin] > room + 4) break;
        continue;
      }
      double bad = 0;
      if (need < 0) {
        const double ratio = sum.shrink > 0 ? -need / sum.shrink : 0;
        bad = 40 * ratio * ratio * ratio;
      } else if (!last) {
        const double ratio = sum.stretch > 0 ? need / sum.stretch : 4 * need / 0.1;   // a word alone
        bad = 100 * ratio * ratio * ratio;
      }
      double line = (10 + bad) * (10 + bad);
      if (last && begin > 0 && sum.width < 2.05) line += 300'000;   // 孤字不成行
      line += parting;
      if (cost[begin] + line < cost[end]) {
        cost[end] = cost[begin] + line;
        from[end] = begin;
      }
    }
  }
  std::vector<std::size_t> ends;
  for (std::size_t at = count; at > 0; at = from[at]) ends.push_back(at);
  std::reverse(ends.begin(), ends.end());
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    out.push_back(set_line(atoms, run, begin, end, measure.width, begin == 0 ? measure.indent : 0, end != count, language));
    begin = end;
  }
  out.back().last = true;
  return out;
}

double natural_width(std::string_view text, Face face, Language language) {
  const auto atoms = atoms_of(text, face, language, 1e9);
  if (atoms.empty()) return 0;
  return sum_of(atoms, run_of(atoms, language), 0, atoms.size()).width;
}

std::vector<SetLine> balanced(std::string_view text, Face face, Language language, double width, int lines) {
  const auto atoms = atoms_of(text, face, language, width);
  if (atoms.empty()) return {};
  const Run run = run_of(atoms, language);
  const std::size_t count = atoms.size();
  const auto breaks = word_breaks(text);
  const double whole = sum_of(atoms, run, 0, count).width;
  const double ideal = whole / lines;
  const auto rows = static_cast<std::size_t>(lines);
  constexpr double kNever = std::numeric_limits<double>::infinity();
  std::vector<std::vector<double>> cost(rows + 1, std::vector<double>(count + 1, kNever));
  std::vector<std::vector<std::size_t>> from(rows + 1, std::vector<std::size_t>(count + 1, 0));
  cost[0][0] = 0;
  for (std::size_t row = 1; row <= rows; ++row)
    for (std::size_t end = row; end <= count; ++end) {
      double parting = 0;
      if (end < count) {
        const auto& next = atoms[end];
        if (!run.gaps[end - 1].may_break) parting = 1e6;
        else if (next.blank || atoms[end - 1].blank || (atoms[end - 1].closes && !next.closes)) parting = -20;   // the editor's own place
        else if (atoms[end - 1].text.ends_with('-')) parting = 60;
        else if (!std::binary_search(breaks.begin(), breaks.end(), next.byte)) parting = 1500;                  // inside a word
      }
      for (std::size_t begin = row - 1; begin < end; ++begin) {
        std::size_t first = begin, past = end;
        while (first < past && atoms[first].blank) ++first;
        while (past > first && atoms[past - 1].blank) --past;
        if (first == past || cost[row - 1][begin] == kNever) continue;
        const double wide = sum_of(atoms, run, first, past).width - atoms[past - 1].blank_right;
        if (wide > width + 1e-6) continue;
        const double off = (wide - ideal) / ideal;
        // A blank is where the editor wants the line to end.
        const auto kept = std::count_if(atoms.begin() + static_cast<std::ptrdiff_t>(first), atoms.begin() + static_cast<std::ptrdiff_t>(past), [](const Atom& atom) { return atom.blank; });
        const double line = 60 * off * off + parting + (lines > 1 ? 12.0 * static_cast<double>(kept) : 0);
        if (cost[row - 1][begin] + line < cost[row][end]) {
          cost[row][end] = cost[row - 1][begin] + line;
          from[row][end] = begin;
        }
      }
    }
  if (cost[rows][count] == kNever) return {};
  std::vector<SetLine> out(rows);
  std::size_t end = count;
  for (std::size_t row = rows; row > 0; --row) {
    const std::size_t begin = from[row][end];
    std::size_t first = begin, past = end;
    while (first < past && atoms[first].blank) ++first;
    while (past > first && atoms[past - 1].blank) --past;
    out[row - 1] = set_line(atoms, run, first, past, 1e9, 0, false);
    out[row - 1].change = cost[rows][count];
    end = begin;
  }
  out.back().last = true;
  return out;
}

}  // namespace tx::typesetting
