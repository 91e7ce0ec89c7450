#include "healer/reports/render/markdown.h"

#include <algorithm>

#include "base/http/url.h"
#include "base/text/utf8.h"

namespace healer::reports {
namespace {

bool is_blank(char c) { return c == '\n' || c == '\r' || c == '\t'; }

// A code span needs a fence longer than any run of backticks within it.
std::string code(std::string_view text) {
  std::size_t run = 0;
  std::size_t longest = 0;
  std::string safe;
  for (const char c : base::repair_utf8(text)) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
    if (c == '|') safe += '\\';  // separates table cells even in code
    safe += is_blank(c) ? ' ' : c;
  }
  const std::string fence(longest + 1, '`');
  const std::string_view pad = safe.starts_with('`') || safe.ends_with('`') ? " " : "";
  return fmt::format("{}{}{}{}{}", fence, pad, safe, pad, fence);
}

std::string written(const Line& line) {
  std::string text;
  for (const Span& span : line.spans) {
    if (span.text.empty()) continue;
    std::string piece = span.style == Span::Style::kCode ? code(span.text) : escape_markdown(span.text);
    if (span.style == Span::Style::kStrong) piece = "**" + piece + "**";
    if (base::is_link(span.link)) piece = fmt::format("[{}](<{}>)", piece, span.link);
    text += piece;
  }
  return text;
}

std::string_view sign(Status tone) {
  switch (tone) {
    case Status::kGood:
      return "✅ ";
    case Status::kWarning:
      return "⚠️ ";
    case Status::kBad:
      return "❌ ";
    case Status::kUnknown:
      return "❔ ";
    case Status::kNone:
      break;
  }
  return "";
}

struct Writer {
  std::string out;

  void operator()(const Heading& heading) {
    out +=
        fmt::format("{} {}\n\n", std::string(static_cast<std::size_t>(std::clamp(heading.level, 1, 6)), '#'),
                    escape_markdown(heading.text));
  }
  void operator()(const Paragraph& paragraph) { out += written(paragraph.line) + "\n\n"; }
  void operator()(const Bullets& bullets) {
    int number = 0;
    for (const Line& item : bullets.items) {
      out +=
          bullets.numbered ? fmt::format("{}. {}\n", ++number, written(item)) : "- " + written(item) + "\n";
    }
    out += '\n';
  }
  void operator()(const Table& table) {
    for (const Column& column : table.columns) out += "| " + escape_markdown(column.name) + " ";
    out += "|\n";
    for (const Column& column : table.columns) out += column.numeric ? "|---:" : "|---";
    out += "|\n";
    for (const auto& row : table.rows) {
      for (const Cell& cell : row) out += fmt::format("| {}{} ", sign(cell.tone), written(cell.line));
      out += "|\n";
    }
    out += '\n';
  }
  void operator()(const Verbatim& verbatim) {
    if (verbatim.markdown) {
      out += verbatim.text;
      out += verbatim.text.ends_with('\n') ? "\n" : "\n\n";
      return;
    }
    std::size_t run = 0;
    std::size_t longest = 2;
    for (const char c : verbatim.text) {
      run = c == '`' ? run + 1 : 0;
      longest = std::max(longest, run);
    }
    const std::string fence(longest + 1, '`');
    out += fmt::format("{}\n{}{}{}\n\n", fence, base::repair_utf8(verbatim.text),
                       verbatim.text.ends_with('\n') ? "" : "\n", fence);
  }
  void operator()(const Callout& callout) {
    out += fmt::format("> {}{}\n\n", sign(callout.tone), written(callout.line));
  }
  void operator()(const Badge& badge) {
    out += fmt::format("**{}** {}\n\n", escape_markdown(badge.value), escape_markdown(badge.label));
  }
  void operator()(const Chart&) {}
};

}  // namespace

std::string escape_markdown(std::string_view text) {
  constexpr std::string_view kMarkup = "\\`*_{}[]<>#|~";
  const std::string clean = base::repair_utf8(text);
  std::string safe;
  safe.reserve(clean.size());
  for (std::size_t i = 0; i < clean.size(); ++i) {
    const char c = clean[i];
    if (is_blank(c)) {
      safe += ' ';
    } else if (c == '<') {
      safe += "&lt;";
    } else if (c == '&') {
      safe += "&amp;";
    } else if (c == '_' && i > 0 && i + 1 < clean.size() &&
               std::isalnum(static_cast<unsigned char>(clean[i - 1])) != 0 &&
               std::isalnum(static_cast<unsigned char>(clean[i + 1])) != 0) {
      safe += c;  // not markup within a word, so names stay unchanged
    } else if (kMarkup.find(c) != std::string_view::npos ||
               (i == 0 && (c == '-' || c == '+') && clean.starts_with(std::string{c, ' '}))) {
      safe += '\\';
      safe += c;
    } else {
      safe += c;
    }
  }
  return safe;
}

std::string to_markdown(const Document& document) {
  Writer writer;
  for (const Block& block : document.blocks) std::visit(writer, block);
  while (writer.out.ends_with("\n\n")) writer.out.pop_back();
  return std::move(writer.out);
}

}  // namespace healer::reports
