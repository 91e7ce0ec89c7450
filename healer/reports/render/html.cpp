#include "healer/reports/render/html.h"

#include <algorithm>

#include "base/http/url.h"
#include "base/text/html.h"
#include "base/text/utf8.h"
#include "healer/reports/render/style.h"
#include "healer/reports/render/svg.h"

namespace healer::reports {
namespace {

std::string safe(std::string_view text) { return base::escape_html(base::repair_utf8(text)); }

std::string written(const Line& line) {
  std::string html;
  for (const Span& span : line.spans) {
    std::string piece = safe(span.text);
    if (span.style == Span::Style::kCode) piece = "<code>" + piece + "</code>";
    if (span.style == Span::Style::kStrong) piece = "<strong>" + piece + "</strong>";
    if (base::is_link(span.link)) piece = fmt::format("<a href=\"{}\">{}</a>", safe(span.link), piece);
    html += piece;
  }
  return html;
}

std::string_view css_class(Status tone) {
  switch (tone) {
    case Status::kGood:
      return "good";
    case Status::kWarning:
      return "warning";
    case Status::kBad:
      return "bad";
    case Status::kUnknown:
      return "unknown";
    case Status::kNone:
      break;
  }
  return "plain";
}

struct Writer {
  std::string out;

  void operator()(const Heading& heading) {
    const int level = std::clamp(heading.level, 1, 6);
    const std::string id = heading.anchor.empty() ? "" : fmt::format(" id=\"{}\"", safe(heading.anchor));
    out += fmt::format("<h{0}{1}>{2}</h{0}>\n", level, id, safe(heading.text));
  }
  void operator()(const Paragraph& paragraph) { out += "<p>" + written(paragraph.line) + "</p>\n"; }
  void operator()(const Bullets& bullets) {
    const std::string_view tag = bullets.numbered ? "ol" : "ul";
    out += fmt::format("<{}>\n", tag);
    for (const Line& item : bullets.items) out += "<li>" + written(item) + "</li>\n";
    out += fmt::format("</{}>\n", tag);
  }
  void operator()(const Table& table) {
    out += "<div class=\"wide\"><table><thead><tr>";
    for (const Column& column : table.columns) {
      out += fmt::format("<th{}>{}</th>", column.numeric ? " class=\"n\"" : "", safe(column.name));
    }
    out += "</tr></thead><tbody>\n";
    for (const auto& row : table.rows) {
      out += "<tr>";
      for (std::size_t i = 0; i < row.size(); ++i)
        write(row[i], i < table.columns.size() && table.columns[i].numeric);
      out += "</tr>\n";
    }
    out += "</tbody></table></div>\n";
  }
  void write(const Cell& cell, bool numeric) {
    out += numeric ? "<td class=\"n\">" : "<td>";
    if (cell.tone != Status::kNone)
      out += fmt::format("<span class=\"dot {}\"></span>", css_class(cell.tone));
    out += written(cell.line);
    if (!cell.spark.empty()) out += sparkline(cell.spark);
    out += "</td>";
  }
  void operator()(const Verbatim& verbatim) { out += "<pre>" + safe(verbatim.text) + "</pre>\n"; }
  void operator()(const Callout& callout) {
    out += fmt::format("<p class=\"callout {}\">{}</p>\n", css_class(callout.tone), written(callout.line));
  }
  void operator()(const Badge& badge) {
    out += fmt::format("<p class=\"badge {}\"><b>{}</b> {}</p>\n", css_class(badge.tone), safe(badge.value),
                       safe(badge.label));
  }
  void operator()(const Chart& chart) { out += "<figure>" + to_svg(chart) + "</figure>\n"; }
};

}  // namespace

std::string to_html(const Document& document) {
  Writer writer;
  for (const Block& block : document.blocks) std::visit(writer, block);
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n<style>\n{}</style></head>\n"
      "<body><main>\n{}</main></body></html>\n",
      safe(document.title), kStyle, writer.out);
}

}  // namespace healer::reports
