#include "salusctl/check/checks/tools.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "base/os/process.h"
#include "salusctl/check/inputs/catalog.h"

namespace healer::salusctl::check {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == text.npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// Removes "12:" or "12:5:" from the front; 0: there is none.
int take_line(std::string_view& text) {
  std::string_view rest = trimmed(text);
  int line = 0;
  const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), line);
  if (read.ec != std::errc() || read.ptr == rest.data() + rest.size() || *read.ptr != ':') return 0;
  rest.remove_prefix(static_cast<std::size_t>(read.ptr - rest.data()) + 1);
  const std::size_t column = rest.find_first_not_of("0123456789");
  if (column != 0 && column != rest.npos && rest[column] == ':') rest.remove_prefix(column + 1);
  text = trimmed(rest);
  return line;
}

bool says_nothing(std::string_view line) {
  return line.empty() || line.starts_with("FAILED:") || line.starts_with("SUCCESS") ||
         line.starts_with("Found") || line.starts_with("- ") ||
         line.starts_with("amtool: error: failed to validate");
}

std::string why_of(std::string_view kind) {
  if (kind == "promtool") return "Prometheus rejects the whole configuration that loads it";
  if (kind == "amtool") return "Alertmanager rejects the configuration";
  return "the program that reads this file rejects it as a whole";
}

// Runs it in the user's folder, because paths are relative to it.
void ask(std::vector<std::string> argv, std::string_view kind, const std::vector<std::string>& files,
         Report& report) {
  const std::string said = fmt::format("{} {}", std::filesystem::path(argv[0]).filename().string(), argv[1]);
  const base::SystemClock clock;
  const base::Command command{.argv = std::move(argv), .directory = std::filesystem::current_path().string()};
  const auto ran = base::run(command, base::Deadline::after(clock, std::chrono::seconds(30)));
  if (!ran) {
    report.skipped.push_back(fmt::format("{}: not installed", said));
    return;
  }
  report.checked.push_back(fmt::format("{}: {}", said, ran->ok() ? "passed" : "failed"));
  if (ran->ok()) return;
  auto found = findings_in(ran->out + "\n" + ran->err, kind, files);
  if (found.empty())
    found.push_back(
        {Severity::kError, kind, files.front(), 1, fmt::format("{} failed without a message", said), "", ""});
  report.findings.insert(report.findings.end(), found.begin(), found.end());
}

void ask_program(const std::string& name, const std::filesystem::path& file, Report& report) {
  if (!std::filesystem::exists(file)) return;
  const std::string program = find_program(name);
  if (program.empty()) {
    report.skipped.push_back(fmt::format("{} --config.check: not installed", name));
    return;
  }
  const std::string subsystems = (file.parent_path() / "subsystems.yml").string();
  ask({program, "--config.check", "--config.file=" + file.string()}, "file", {file.string(), subsystems},
      report);
}

}  // namespace

Finding file_finding(std::string file, int line, std::string what) {
  return {Severity::kError, "file", std::move(file), line, std::move(what), why_of("file"), "correct it"};
}

std::vector<Finding> findings_in(std::string_view output, std::string_view kind,
                                 const std::vector<std::string>& files) {
  std::vector<Finding> found;
  std::string file = files.front();
  while (!output.empty()) {
    const std::size_t end = std::min(output.find('\n'), output.size());
    std::string_view line = trimmed(output.substr(0, end));
    output.remove_prefix(std::min(end + 1, output.size()));
    // amtool: Checking 'FILE'  FAILED: what
    if (const std::size_t failed = line.find("FAILED: ");
        line.starts_with("Checking") && failed != line.npos) {
      line.remove_prefix(failed + 8);
    } else if (line.starts_with("Checking")) {
      continue;
    }
    int number = 0;
    for (const std::string& each : files) {
      if (!line.starts_with(each + ":")) continue;
      file = each;
      line = trimmed(line.substr(each.size() + 1));
      number = take_line(line);
    }
    if (line.starts_with("line ")) {
      std::string_view rest = line.substr(5);
      if (const int taken = take_line(rest); taken > 0) {
        number = taken;
        line = rest;
      }
    }
    // A heading of the lines that follow.
    if (says_nothing(line) || (line.ends_with(':') && number == 0)) continue;
    if (kind == "file") {
      found.push_back(file_finding(file, std::max(number, 1), std::string(line)));
    } else {
      found.push_back(
          {Severity::kError, kind, file, std::max(number, 1), std::string(line), why_of(kind), "correct it"});
    }
  }
  return found;
}

void ask_tools(const Places& places, const Rulebook& book, Report& report) {
  if (!book.files.empty()) {
    std::vector<std::string> argv{"promtool", "check", "rules"};
    argv.insert(argv.end(), book.files.begin(), book.files.end());
    ask(std::move(argv), "promtool", book.files, report);
  }
  if (!places.alertmanager.empty())
    ask({"amtool", "check-config", places.alertmanager}, "amtool", {places.alertmanager}, report);
  if (places.config.empty()) return;
  ask_program("salus-exporter", std::filesystem::path(places.config) / "exporter.yml", report);
  ask_program("salus-healer", std::filesystem::path(places.config) / "healer.yml", report);
}

}  // namespace healer::salusctl::check
