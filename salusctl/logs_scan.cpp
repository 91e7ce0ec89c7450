#include "salusctl/logs_scan.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/os/descriptor.h"
#include "base/text/duration.h"
#include "log_analysis/clean.h"
#include "log_analysis/line_time.h"
#include "log_analysis/multiline.h"
#include "salusctl/logs_report.h"

namespace healer::salusctl {

namespace {

using log_analysis::Event;

constexpr std::size_t kChunk = std::size_t{256} * 1024;
constexpr std::size_t kMaxLine = std::size_t{64} * 1024;
constexpr std::size_t kMaxPatterns = 10'000;

// "  42 % [########            ] 120 MB" on standard error, if a scan takes long.
class Progress {
 public:
  Progress(const base::Clock& clock, bool wanted) : clock_(clock), wanted_(wanted), due_(later()) {}
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void expect(std::uint64_t bytes) { expected_ += bytes; }
  void at(std::uint64_t bytes) {
    if (!wanted_ || clock_.now().mono < due_) return;
    due_ = later();
    shown_ = true;
    const std::string text = progress_line(bytes, expected_);
    std::fprintf(stderr, "\r%s\x1b[K", text.c_str());
    std::fflush(stderr);
  }
  void clear() {
    if (shown_) std::fputs("\r\x1b[K", stderr);
    shown_ = false;
  }

 private:
  base::MonoTime later() const { return clock_.now().mono + std::chrono::milliseconds(300); }

  const base::Clock& clock_;
  bool wanted_;
  bool shown_ = false;
  base::MonoTime due_;
  std::uint64_t expected_ = 0;
};

class Scanner {
 public:
  Scanner(const LogsScan& scan, const base::Clock& clock) : now_(clock.now().wall), per_line_(scan.per_line) {
    found_.book = log_analysis::PatternStore({.max_patterns = kMaxPatterns, .makes_room = false});
  }

  // The lines of one file, read in chunks.
  void read(std::string_view bytes) {
    found_.bytes += bytes.size();
    while (!bytes.empty()) {
      const std::size_t newline = bytes.find('\n');
      const std::string_view piece = bytes.substr(0, newline);
      if (newline == std::string_view::npos) {
        partial_.append(piece.substr(0, kMaxLine + 1 - std::min(partial_.size(), kMaxLine + 1)));
        in_line_ = true;
        return;
      }
      if (in_line_) {
        partial_.append(piece.substr(0, kMaxLine + 1 - std::min(partial_.size(), kMaxLine + 1)));
        line(partial_);
        partial_.clear();
        in_line_ = false;
      } else {
        line(piece);
      }
      bytes.remove_prefix(newline + 1);
    }
  }

  // An event does not continue in the next file.
  void end_of_file() {
    if (in_line_) line(partial_);
    partial_.clear();
    in_line_ = false;
    if (const auto event = fold_.flush()) take(*event);
    time_ = {};
  }

  LogsFound take_found() { return std::move(found_); }

 private:
  void line(std::string_view text) {
    ++found_.lines;
    if (text.size() > kMaxLine) {
      ++found_.cut;
      text = text.substr(0, kMaxLine);
    }
    text = log_analysis::clean(text, cleaned_);
    if (const auto time = log_analysis::line_time(text, now_)) {
      time_ = *time;
      found_.timed = true;
    }
    const base::WallTime at =
        time_ == base::WallTime{} ? base::WallTime(std::chrono::nanoseconds(found_.lines)) : time_;
    if (const auto event = fold_.push(text, at)) take(*event);
  }

  void take(Event event) {
    // The time of a pretty-printed document is in one of its lines.
    if (event.lines > 1 && event.text.starts_with('{')) {
      if (const auto time = log_analysis::line_time(event.text, now_)) {
        event.at = *time;
        found_.timed = true;
      }
    }
    const auto level = static_cast<std::size_t>(event.level);
    ++found_.events[level];
    const std::int64_t hour = event.at.time_since_epoch() / std::chrono::hours(1);
    if (hour > 0) {
      if (counts_ == nullptr || hour != hour_) {
        hour_ = hour;
        counts_ = &found_.hours[hour];
      }
      ++(*counts_)[level];
    }
    // Events before the first time in the log have no time.
    const bool timed = hour > 0;
    if (found_.first == base::WallTime{} || (timed == first_timed_ ? event.at < found_.first : timed)) {
      found_.first = event.at;
      first_timed_ = timed;
    }
    found_.last = std::max(found_.last, event.at);
    const log_analysis::PatternId pattern = found_.book.add(event);
    if (per_line_) found_.places.push_back({event.level, event.lines, pattern});
  }

  LogsFound found_;
  log_analysis::MultilineFolder fold_;
  base::WallTime now_;
  bool per_line_;
  std::string partial_;
  std::string cleaned_;
  bool in_line_ = false;
  bool first_timed_ = false;
  base::WallTime time_{};
  std::int64_t hour_ = 0;
  LevelCounts* counts_ = nullptr;  // of hour_; in found_.hours
};

struct Input {
  std::string name;
  base::Descriptor descriptor;
};

base::Result<std::vector<Input>> open_all(const std::vector<std::string>& files, Progress& progress) {
  std::vector<Input> inputs;
  for (const std::string& file : files) {
    const bool standard = file == "-";
    base::Descriptor descriptor(standard ? ::dup(STDIN_FILENO) : ::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status{};
    if (descriptor.get() < 0 || ::fstat(descriptor.get(), &status) != 0) {
      return base::fail("{}: {}", file, std::strerror(errno));
    }
    if (S_ISDIR(status.st_mode)) return base::fail("{}: {}", file, std::strerror(EISDIR));
    if (S_ISREG(status.st_mode)) progress.expect(static_cast<std::uint64_t>(status.st_size));
    inputs.push_back({standard ? "standard input" : file, std::move(descriptor)});
  }
  return inputs;
}

}  // namespace

base::Result<LogsFound> find_in_logs(const LogsScan& scan, const base::Clock& clock) {
  Progress progress(clock, scan.progress);
  auto inputs = open_all(scan.files.empty() ? std::vector<std::string>{"-"} : scan.files, progress);
  if (!inputs) return std::unexpected(inputs.error());
  Scanner scanner(scan, clock);
  std::vector<char> chunk(kChunk);
  std::uint64_t bytes = 0;
  for (const Input& input : *inputs) {
    for (;;) {
      const ssize_t got = ::read(input.descriptor.get(), chunk.data(), chunk.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return base::fail("{}: {}", input.name, std::strerror(errno));
      if (got == 0) break;
      scanner.read({chunk.data(), static_cast<std::size_t>(got)});
      bytes += static_cast<std::uint64_t>(got);
      progress.at(bytes);
    }
    scanner.end_of_file();
  }
  return scanner.take_found();
}

Output scan_logs(const LogsScan& scan, const base::Clock& clock) {
  auto since = parse_since(scan.since);
  if (!since) return {.code = 2, .out = "", .err = "salusctl: " + since.error().message + "\n"};
  const auto found = find_in_logs(scan, clock);
  if (!found) return {.code = 1, .out = "", .err = "salusctl: " + found.error().message + "\n"};
  if (scan.per_line) return {.code = 0, .out = per_line_text(*found), .err = ""};
  const base::WallTime from = since->from(*found);
  return {.code = 0,
          .out = scan.json ? json_text(*found, scan, from) : summary_text(*found, scan, from),
          .err = ""};
}

}  // namespace healer::salusctl
