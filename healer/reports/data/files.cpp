#include "healer/reports/data/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/os/descriptor.h"
#include "base/os/file.h"
#include "healer/reports/data/trend.h"
#include "healer/reports/render/html.h"
#include "healer/reports/render/markdown.h"
#include "healer/reports/render/units.h"
#include "healer/reports/weekly/weekly_document.h"

namespace healer::reports {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kPrefix = "WEEKLY_HEALTH_REPORT_";
constexpr std::string_view kBegin = "<!-- salus: incident reports begin -->\n";
constexpr std::string_view kEnd = "<!-- salus: incident reports end -->\n";
constexpr std::size_t kMostBytes = 32 * 1024 * 1024;
// 1970-01-01 was a Thursday: the first Monday 04:00 UTC came 360000 s later, as in rules/schedule.rules.yml.
constexpr base::Duration kFirstMonday = 360000s;
constexpr base::Duration kWeek = 168h;

// Locks the folder while its files are read and replaced. The kernel releases the lock when the process ends.
base::Result<base::Descriptor> lock(const std::string& folder) {
  const std::string path = folder + "/.lock";
  base::Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (!file.open()) return base::fail("open {}: {}", path, std::strerror(errno));
  while (::flock(file.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return base::fail("lock {}: {}", path, std::strerror(errno));
  }
  return file;
}

// The content of the file; empty if it does not exist.
base::Result<std::string> read_if_there(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return std::string();
  return base::read_file(path, kMostBytes);
}

// What the report contains. `known`: its state file says exactly that.
struct Contents {
  WeekState state;
  bool known = true;
};
base::Result<Contents> contents_of(const std::string& report, const std::string& markdown) {
  auto state = read_week_state(report);
  if (!state) return std::unexpected(state.error());
  if (markdown.empty()) return Contents{.state = {}, .known = !*state};
  if (!*state) {
    Contents contents{.state = {.sections = sections_in_text(sections_of(markdown))}};
    contents.known = contents.state.sections.empty();
    return contents;
  }
  Contents contents{.state = std::move(**state)};
  if (const auto size = std::exchange(contents.state.adding_at, std::nullopt)) {
    // A crash: the state was written, the report perhaps not.
    if (markdown.size() <= *size && !contents.state.sections.empty()) contents.state.sections.pop_back();
    contents.known = false;
  }
  return contents;
}

// The same; makes the state file right. The folder is locked.
base::Result<WeekState> settle(const std::string& report, const std::string& markdown) {
  auto contents = contents_of(report, markdown);
  if (!contents) return std::unexpected(contents.error());
  if (!contents->known) {
    if (auto written = write_state(report, contents->state); !written)
      return std::unexpected(written.error());
  }
  return std::move(contents->state);
}

std::string with_sections(std::string_view sections) {
  return fmt::format("{}{}{}{}", kBegin, sections, sections.empty() || sections.ends_with('\n') ? "" : "\n",
                     kEnd);
}

std::string open_report(base::WallTime week_end) {
  return fmt::format(
      "# Weekly health report\n\nThe week ending {} is in progress. Its incidents so far:\n\n{}",
      utc(week_end), with_sections(""));
}

}  // namespace

base::Result<> make_folder(const std::string& folder) {
  std::error_code error;
  if (std::filesystem::is_directory(folder, error)) return {};
  std::filesystem::create_directories(folder, error);
  if (error) return base::fail("create {}: {}", folder, error.message());
  ::chmod(folder.c_str(), 0750);
  return {};
}

base::WallTime week_end(base::WallTime now) {
  const auto since = now.time_since_epoch() - kFirstMonday;
  return base::WallTime(kFirstMonday + (since / kWeek + (since >= 0s ? 1 : 0)) * kWeek);
}

Window week_before(base::WallTime now) {
  const base::WallTime end = week_end(now) - kWeek;
  return {end - kWeek, end};
}

Window week_until(base::WallTime now) {
  const base::WallTime to = std::chrono::floor<std::chrono::seconds>(now);
  const Window last = week_before(now);
  return utc_date(last.to) == utc_date(to) ? last : Window{to - kWeek, to};
}

std::string weekly_name(base::WallTime window_end) { return std::string(kPrefix) + utc_date(window_end); }

bool is_report_name(std::string_view name) {
  if (name.empty() || name.size() > 128 || name.front() == '.' || name.front() == '-') return false;
  const bool safe = std::ranges::all_of(name, [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
  });
  return safe && (name.ends_with(".md") || name.ends_with(".html"));
}

std::string_view sections_of(std::string_view markdown) {
  // A section may contain the end marker, so the last one counts.
  const std::size_t begin = markdown.find(kBegin);
  const std::size_t end = markdown.rfind(kEnd);
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin + kBegin.size())
    return {};
  return markdown.substr(begin + kBegin.size(), end - begin - kBegin.size());
}

base::Result<std::string> write_weekly(const std::string& folder, Weekly weekly) {
  if (auto made = make_folder(folder); !made) return std::unexpected(made.error());
  const auto held = lock(folder);
  if (!held) return std::unexpected(held.error());
  const std::string path = folder + "/" + weekly_name(weekly.window.to);
  const auto before = read_if_there(path + ".md");
  if (!before) return std::unexpected(before.error());
  if (const auto state = settle(path, *before); !state) return std::unexpected(state.error());
  std::string sections(sections_of(*before));
  if (const base::WallTime end = week_end(weekly.window.to - 1ns); end != weekly.window.to) {
    const auto open = read_if_there(folder + "/" + weekly_name(end) + ".md");
    if (!open) return std::unexpected(open.error());
    if (const auto its = sections_of(*open); !its.empty()) sections = its;
  }
  Document document = document_of(weekly);
  document.add(Heading{2, "Incident reports", "incident-reports"});
  if (sections.empty()) document.add(Paragraph{"No incident reports were written during the week."});
  const std::string markdown = to_markdown(document) + "\n" + with_sections(sections);
  if (!sections.empty()) document.add(Verbatim{sections, false});
  // The Markdown last: if it exists, so do the others.
  for (const auto& [ending, content] : {std::pair<const char*, std::string>{".json", encode(past_of(weekly))},
                                        {".html", to_html(document)},
                                        {".md", markdown}}) {
    if (auto written = base::write_atomically(path + ending, content, 0640); !written)
      return std::unexpected(written.error());
  }
  return path + ".md";
}

base::Result<> append_section(const std::string& folder, base::WallTime week_end,
                              const WrittenSection& section, std::string_view markdown) {
  if (auto made = make_folder(folder); !made) return made;
  const auto held = lock(folder);
  if (!held) return std::unexpected(held.error());
  const std::string path = folder + "/" + weekly_name(week_end);
  auto text = read_if_there(path + ".md");
  if (!text) return std::unexpected(text.error());
  auto state = settle(path, *text);
  if (!state) return std::unexpected(state.error());
  state->adding_at = text->size();
  if (text->find(kBegin) == std::string::npos || text->rfind(kEnd) == std::string::npos) {
    *text += (text->empty() ? open_report(week_end) : "\n" + with_sections(""));
  }
  const std::string_view newline = markdown.ends_with('\n') ? "\n" : "\n\n";
  text->insert(text->rfind(kEnd), fmt::format("{}{}", markdown, newline));
  state->sections.push_back(section);
  if (auto written = write_state(path, *state); !written) return written;
  if (auto written = base::write_atomically(path + ".md", *text, 0640); !written) return written;
  state->adding_at.reset();
  return write_state(path, *state);
}

base::Result<std::vector<WrittenSection>> written_sections(const std::string& folder,
                                                           base::WallTime week_end) {
  const std::string path = folder + "/" + weekly_name(week_end);
  const auto text = read_if_there(path + ".md");
  if (!text) return std::unexpected(text.error());
  auto contents = contents_of(path, *text);
  if (!contents) return std::unexpected(contents.error());
  if (contents->known) return std::move(contents->state.sections);
  const auto held = lock(folder);
  if (!held) return std::unexpected(held.error());
  // Read again: another process may have written the report meanwhile.
  const auto now = read_if_there(path + ".md");
  if (!now) return std::unexpected(now.error());
  auto state = settle(path, *now);
  if (!state) return std::unexpected(state.error());
  return std::move(state->sections);
}

std::vector<Past> past_reports(const std::string& folder, Window window) {
  std::vector<Past> all;
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = file.path().filename().string();
    if (!name.starts_with(kPrefix) || !name.ends_with(".json") || name.ends_with(".state.json")) continue;
    const auto text = base::read_file(file.path().string(), 64 * 1024);
    if (!text) continue;
    if (auto past = decode_past(*text)) all.push_back(std::move(*past));
  }
  std::ranges::sort(all, std::ranges::greater(), [](const Past& past) { return past.window.to; });
  // Skip overlapping windows, such as those of reports that an operator requested: they would count days
  // twice.
  std::vector<Past> apart;
  base::WallTime until = window.from + 1h;
  for (Past& past : all) {
    if (past.window.to > until || apart.size() + 1 == kTrendReports) continue;
    until = past.window.from + 1h;
    apart.push_back(std::move(past));
  }
  std::ranges::reverse(apart);
  return apart;
}

base::Result<std::vector<ReportFile>> list_reports(const std::string& folder) {
  std::vector<ReportFile> all;
  std::error_code error;
  if (!std::filesystem::exists(folder, error)) return all;
  std::filesystem::directory_iterator files(folder, error);
  if (error) return base::fail("list {}: {}", folder, error.message());
  for (const auto& file : files) {
    struct stat facts{};
    const std::string name = file.path().filename().string();
    if (!is_report_name(name) || ::lstat(file.path().c_str(), &facts) != 0 || !S_ISREG(facts.st_mode))
      continue;
    if (name.ends_with(".md") &&
        std::filesystem::exists(file.path().parent_path() / (name.substr(0, name.size() - 3) + ".html"),
                                error))
      continue;
    ReportFile report{.name = name,
                      .written = base::from_unix_seconds(static_cast<double>(facts.st_mtim.tv_sec)),
                      .past = {}};
    const std::string twin = folder + "/" + name.substr(0, name.rfind('.')) + ".json";
    if (const auto text = base::read_file(twin, 64 * 1024)) {
      if (auto past = decode_past(*text)) report.past = std::move(*past);
    }
    all.push_back(std::move(report));
  }
  std::ranges::sort(all, std::ranges::greater(), &ReportFile::name);
  return all;
}

}  // namespace healer::reports
