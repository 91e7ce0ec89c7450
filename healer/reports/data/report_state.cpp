#include "healer/reports/data/report_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/os/file.h"
#include "base/text/json.h"

namespace healer::reports {
namespace {

using nlohmann::json;

constexpr int kVersion = 1;
constexpr std::size_t kMostBytes = 4 * 1024 * 1024;

std::string path_of(const std::string& report) { return report + ".state.json"; }

std::string text_of(base::WallTime time) { return timestamp_of(time) + "Z"; }

base::Result<base::WallTime> time_at(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return base::fail("{} is not a time", name);
  return base::parse_rfc3339(found->get_ref<const std::string&>());
}

std::optional<std::uint64_t> number_at(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

base::Result<WeekState> week_of(const json& document) {
  WeekState state{.sections = {}, .adding_at = number_at(document, "adding_at")};
  const auto sections = document.find("sections");
  if (sections == document.end() || !sections->is_array()) return base::fail("sections is not a list");
  for (const json& each : *sections) {
    if (!each.is_object() || !each.contains("subject") || !each["subject"].is_string())
      return base::fail("a section has no subject");
    const auto opened_at = time_at(each, "opened_at");
    if (!opened_at) return std::unexpected(opened_at.error());
    state.sections.push_back({each["subject"].get<std::string>(), *opened_at});
  }
  return state;
}

base::Result<IncidentReportState> incident_of(const json& document) {
  const auto record = number_at(document, "journal_record");
  if (!record) return base::fail("journal_record is not a number");
  const auto opened_at = time_at(document, "opened_at");
  if (!opened_at) return std::unexpected(opened_at.error());
  return IncidentReportState{*record, *opened_at};
}

template <class State>
base::Result<std::optional<State>> read(const std::string& report,
                                        base::Result<State> (*state_of)(const json&)) {
  const std::string path = path_of(report);
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return std::optional<State>();
  const auto text = base::read_file(path, kMostBytes);
  if (!text) return std::unexpected(text.error());
  const auto document = base::parse_json(*text);
  if (!document) return base::wrap(document.error(), "{}", path);
  if (!document->is_object() || number_at(*document, "version") != kVersion)
    return base::fail("{}: is not the state of a report in format version {}", path, kVersion);
  auto state = state_of(*document);
  if (!state) return base::wrap(state.error(), "{}", path);
  return std::optional<State>(std::move(*state));
}

base::Result<> write(const std::string& report, json document) {
  document["version"] = kVersion;
  return base::write_atomically(path_of(report), document.dump() + "\n", 0640);
}

}  // namespace

std::string timestamp_of(base::WallTime time) {
  const auto microseconds = std::chrono::floor<std::chrono::microseconds>(
      time - std::chrono::floor<std::chrono::milliseconds>(time));
  std::string text = base::rfc3339(time);
  text.pop_back();  // the zone
  return fmt::format("{}{:03}", text, microseconds.count());
}

base::Result<std::optional<WeekState>> read_week_state(const std::string& report) {
  return read<WeekState>(report, week_of);
}

base::Result<std::optional<IncidentReportState>> read_incident_state(const std::string& report) {
  return read<IncidentReportState>(report, incident_of);
}

base::Result<> write_state(const std::string& report, const WeekState& state) {
  json sections = json::array();
  for (const WrittenSection& each : state.sections)
    sections.push_back({{"subject", each.subject}, {"opened_at", text_of(each.opened_at)}});
  json document{{"sections", std::move(sections)}};
  if (state.adding_at) document["adding_at"] = *state.adding_at;
  return write(report, std::move(document));
}

base::Result<> write_state(const std::string& report, const IncidentReportState& state) {
  return write(report, {{"journal_record", state.journal_record}, {"opened_at", text_of(state.opened_at)}});
}

std::vector<WrittenSection> sections_in_text(std::string_view sections) {
  constexpr std::string_view kMark = "**Timestamp:** ";
  std::vector<WrittenSection> found;
  while (!sections.empty()) {
    std::string_view line = sections.substr(0, sections.find('\n'));
    sections.remove_prefix(std::min(sections.size(), line.size() + 1));
    while (line.ends_with(' ')) line.remove_suffix(1);
    if (!line.starts_with(kMark)) continue;
    if (const auto time = base::parse_rfc3339(fmt::format("{}Z", line.substr(kMark.size()))))
      found.push_back({"", *time});
  }
  return found;
}

bool contains_section(const std::vector<WrittenSection>& written, const WrittenSection& section,
                      std::uint64_t number) {
  const WrittenSection earlier{"", section.opened_at + std::chrono::microseconds(number % 1000)};
  return std::ranges::any_of(written,
                             [&](const WrittenSection& each) { return each == section || each == earlier; });
}

}  // namespace healer::reports
