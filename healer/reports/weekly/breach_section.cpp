#include "healer/reports/weekly/breach_section.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "healer/reports/data/report_state.h"
#include "healer/reports/render/units.h"
#include "healer/state/incident.h"

namespace healer::reports {
namespace {

constexpr std::array<std::pair<std::string_view, const char*>, 4> kCategories{{
    {"Critical Events", "critical_events"},
    {"Errors", "errors"},
    {"Warnings", "warnings"},
    {"Container Restarts", "container_restarts"},
}};

// Escapes only tags and links.
std::string harmless(std::string_view line) {
  std::string safe;
  safe.reserve(line.size());
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '<') {
      safe += "&lt;";
    } else if (line[i] == '(' && i > 0 && line[i - 1] == ']') {
      safe += "\\(";
    } else {
      safe += line[i];
    }
  }
  return safe;
}

// In a fence nothing is Markdown, and no line here can end it: each begins with its source, or with a word.
std::string fenced(const Known<Evidence>& evidence, std::vector<LogLine> Evidence::* list) {
  std::string text;
  const auto add = [&text](std::string line) {
    std::ranges::replace_if(line, [](char c) { return c == '\r' || c == '\n'; }, ' ');
    text += line + "\n";
  };
  if (!evidence) {
    add(fmt::format("Unknown: {}.", evidence.why));
  } else if (((*evidence).*list).empty()) {
    add("None.");
  } else {
    for (const LogLine& line : (*evidence).*list) add(line.str());
  }
  return fmt::format("```\n{}```\n", text);
}

}  // namespace

std::string to_markdown(const BreachSection& section) {
  std::string triggered = section.triggered ? "✅ Yes" : "❌ No";
  if (!section.triggered && !section.why_not.empty())
    triggered += fmt::format(" ({})", harmless(section.why_not));
  // Two blanks at the end of a line are a line break.
  std::string text = fmt::format(
      "---\n\n### ⚡ Real-Time Incident Report\n\n**Timestamp:** {}  \n**Auto-Heal Triggered:** {}  \n\n"
      "#### Issue Summary\n\n| Category | Count |\n|----------|-------|\n",
      timestamp_of(section.written_at), triggered);
  for (const auto& [category, field] : kCategories) {
    const auto found = std::ranges::find(section.fields, field, &std::pair<std::string, std::string>::first);
    text += fmt::format("| {} | {} |\n", category,
                        found == section.fields.end() ? std::string(kUnknownWord) : found->second);
  }
  text += "\n#### Critical Events (Top 5)\n" + fenced(section.evidence, &Evidence::critical);
  text += "\n#### Errors (Top 10)\n" + fenced(section.evidence, &Evidence::errors);
  return text;
}

std::optional<std::string> why_not_healed(const IncidentFacts& facts) {
  if (!facts.acts.empty()) return std::nullopt;
  if (facts.refusals.empty()) {
    if (facts.state == State::kResolved) return "its alerts resolved before any action";
    return "no action was available";
  }
  const auto last = std::ranges::max_element(facts.refusals, {}, &RefusalFact::last);
  return last->detail.empty() ? last->reason : fmt::format("{}: {}", last->reason, last->detail);
}

}  // namespace healer::reports
