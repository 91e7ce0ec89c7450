// A report as its reader sees it, before anybody decided whether it becomes Markdown or HTML: headings,
// sentences, tables, charts. Plain values; nothing here knows what a report is about.
//
// All text may come from outside (labels, log lines): the writers escape it, and whoever makes a document
// masks its secrets.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "healer/reports/chart.h"

namespace healer::reports {

// A piece of a line.
struct Span {
  enum class Style { kPlain, kStrong, kCode };
  std::string text;
  Style style = Style::kPlain;
  std::string link;  // where is_link() says no, it is written as text
};

// Whether a link may be written: http(s)://, #anchor or a relative path, of characters that a URL may hold.
// Never a scheme that a browser would run.
bool is_link(std::string_view link);

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

// What a figure means, told by a word or sign beside its colour.
enum class Tone { kNone, kGood, kWarning, kBad, kUnknown };

struct Cell {
  Line line;
  Tone tone = Tone::kNone;
  std::vector<double> spark;  // drawn beside the text; empty: none

  Cell() = default;
  Cell(Line text) : line(std::move(text)) {}         // NOLINT: a line is a cell
  Cell(std::string text) : line(std::move(text)) {}  // NOLINT
  Cell(const char* text) : line(text) {}             // NOLINT
  Cell(Line text, Tone how) : line(std::move(text)), tone(how) {}
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
// Kept as it is, line by line: log lines, queries, a section that another writer made.
struct Verbatim {
  std::string text;
  bool markdown = false;  // it is Markdown already, made by this program: passed on unescaped there
};
// A few words that stand out.
struct Callout {
  Tone tone = Tone::kNone;
  Line line;
};
// The headline: a score with its label.
struct Badge {
  std::string value;  // "83", "unknown"
  std::string label;
  Tone tone = Tone::kNone;
};

using Block = std::variant<Heading, Paragraph, Bullets, Table, Verbatim, Callout, Badge, Chart>;

struct Document {
  std::string title;
  std::vector<Block> blocks;

  void add(Block block) { blocks.push_back(std::move(block)); }
};

}  // namespace healer::reports
