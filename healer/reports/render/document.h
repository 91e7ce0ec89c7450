// The content of a report, independent of the output format (Markdown or HTML): headings, sentences, tables,
// charts. Plain values.
//
// All text may come from outside (labels, log lines): the writers escape it; the code that builds a document
// masks secrets.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "healer/reports/render/chart.h"

namespace healer::reports {

// A piece of a line.
struct Span {
  enum class Style { kPlain, kStrong, kCode };
  std::string text;
  Style style = Style::kPlain;
  std::string link;  // if is_link() is false, only the text is written
};

struct Line {
  std::vector<Span> spans;

  Line() = default;
  Line(std::string text) {
    spans.push_back({std::move(text), Span::Style::kPlain, ""});
  }  // NOLINT: a text is a line
  Line(const char* text) : Line(std::string(text)) {}  // NOLINT
  Line& plain(std::string text) { return add(std::move(text), Span::Style::kPlain); }
  Line& strong(std::string text) { return add(std::move(text), Span::Style::kStrong); }
  Line& code(std::string text) { return add(std::move(text), Span::Style::kCode); }
  Line& link(std::string text, std::string to) {
    spans.push_back({std::move(text), Span::Style::kPlain, std::move(to)});
    return *this;
  }

 private:
  Line& add(std::string text, Span::Style style) {
    spans.push_back({std::move(text), style, ""});
    return *this;
  }
};

// The status of a value. Always shown by a word or sign, never by colour alone.
enum class Status { kNone, kGood, kWarning, kBad, kUnknown };

struct Cell {
  Line line;
  Status tone = Status::kNone;
  std::vector<double> spark;  // drawn beside the text; empty: none

  Cell() = default;
  Cell(Line text) : line(std::move(text)) {}         // NOLINT: a line is a cell
  Cell(std::string text) : line(std::move(text)) {}  // NOLINT
  Cell(const char* text) : line(text) {}             // NOLINT
  Cell(Line text, Status how) : line(std::move(text)), tone(how) {}
};

struct Heading {
  int level = 2;  // 1 is the title
  std::string text;
  std::string anchor;  // [a-z0-9-]; empty: none
};
struct Paragraph {
  Line line;
};
struct Bullets {
  std::vector<Line> items;
  bool numbered = false;
};
struct Column {
  std::string name;
  bool numeric = false;  // aligned right
};
struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;  // each as long as `columns`
};
// Preformatted text: log lines, queries, sections of other writers.
struct Verbatim {
  std::string text;
  bool markdown = false;  // already Markdown, written by this program: not escaped in Markdown output
};
// A highlighted sentence.
struct Callout {
  Status tone = Status::kNone;
  Line line;
};
// The headline: a score with its label.
struct Badge {
  std::string value;  // "83", "unknown"
  std::string label;
  Status tone = Status::kNone;
};

using Block = std::variant<Heading, Paragraph, Bullets, Table, Verbatim, Callout, Badge, Chart>;

struct Document {
  std::string title;
  std::vector<Block> blocks;

  void add(Block block) { blocks.push_back(std::move(block)); }
};

}  // namespace healer::reports
