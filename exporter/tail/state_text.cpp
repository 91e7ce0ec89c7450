#include "exporter/tail/state_text.h"

#include <charconv>
#include <limits>

#include "exporter/tail/files/log_file.h"

namespace exporter::tail {
namespace {

constexpr std::string_view kMagic = "salus-log-state";
constexpr std::uint64_t kVersion = 1;

template <class T>
void put(std::string& text, T number) {
  fmt::format_to(std::back_inserter(text), " {}", number);
}

// A length, a colon and that many bytes: any content is allowed.
void put_bytes(std::string& text, std::string_view bytes) {
  put(text, bytes.size());
  text += ':';
  text += bytes;
}

std::int64_t nanoseconds(base::WallTime time) { return time.time_since_epoch().count(); }

class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool failed() const { return failed_; }
  bool at_end() const { return rest_.empty(); }

  void word(std::string_view expected) {
    if (!rest_.starts_with(expected)) return fail();
    rest_.remove_prefix(expected.size());
  }
  template <class T>
  T number() {
    word(" ");
    T value{};
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (failed_ || error != std::errc{}) {
      fail();
      return {};
    }
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }
  std::uint64_t count() { return number<std::uint64_t>(); }
  base::WallTime time() { return base::WallTime(std::chrono::nanoseconds(number<std::int64_t>())); }
  std::string bytes() {
    const auto size = count();
    word(":");
    if (failed_ || size > rest_.size()) {
      fail();
      return {};
    }
    std::string value(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return value;
  }

 private:
  void fail() {
    failed_ = true;
    rest_ = {};
  }

  std::string_view rest_;
  bool failed_ = false;
};

void put_source(std::string& text, const SourceState& source) {
  text += "source";
  put_bytes(text, source.source);
  text += "\ncounts";
  for (const auto events : source.counts.events) put(text, events);
  for (const auto count :
       {source.counts.lines, source.counts.bytes, source.counts.truncated, source.counts.gaps}) {
    put(text, count);
  }
  put(text, nanoseconds(source.counts.last_line));
  text += "\nstrands";
  put(text, source.strands.size());
  for (const StrandState& strand : source.strands) {
    text += "\nstrand";
    put(text, strand.position.place);
    put(text, strand.position.offset);
    put_bytes(text, strand.identity);
  }
  text += "\npatterns";
  put_bytes(text, source.patterns);
  text += '\n';
}

SourceState take_source(Cursor& cursor) {
  SourceState source;
  cursor.word("source");
  source.source = cursor.bytes();
  cursor.word("\ncounts");
  for (auto& events : source.counts.events) events = cursor.count();
  for (auto* count :
       {&source.counts.lines, &source.counts.bytes, &source.counts.truncated, &source.counts.gaps}) {
    *count = cursor.count();
  }
  source.counts.last_line = cursor.time();
  cursor.word("\nstrands");
  const auto strands = cursor.count();
  for (std::uint64_t i = 0; i < strands && !cursor.failed(); ++i) {
    StrandState strand;
    cursor.word("\nstrand");
    strand.position.place = cursor.count();
    strand.position.offset = cursor.count();
    strand.identity = cursor.bytes();
    source.strands.push_back(std::move(strand));
  }
  cursor.word("\npatterns");
  source.patterns = cursor.bytes();
  cursor.word("\n");
  return source;
}

}  // namespace

std::string write_state(const std::vector<SourceState>& sources, base::WallTime written) {
  std::string text = "written";
  put(text, nanoseconds(written));
  text += '\n';
  std::size_t patterns =
      0;  // nearly all of the size: tens of megabytes in large states, which are not copied
  for (const SourceState& source : sources) patterns += source.patterns.size();
  text.reserve(patterns + patterns / 8 + 4096);
  for (const SourceState& source : sources) put_source(text, source);
  return text.insert(0, fmt::format("{} {} {} {:016x}\n", kMagic, kVersion, text.size(), fnv1a(text)));
}

base::Result<std::vector<SourceState>> read_state(std::string_view text) {
  Cursor head(text.substr(0, text.find('\n')));
  head.word(kMagic);
  const auto version = head.count();
  if (head.failed()) return base::fail("not a log state");
  if (version != kVersion)
    return base::fail("unsupported version {}; this program reads version {}", version, kVersion);
  const auto newline = text.find('\n');
  if (newline == std::string_view::npos) return base::fail("truncated in the first line");
  const std::string_view body = text.substr(newline + 1);
  const auto first = fmt::format("{} {} {} {:016x}", kMagic, kVersion, body.size(), fnv1a(body));
  if (text.substr(0, newline) != first)
    return base::fail("truncated or changed: length or checksum is wrong");

  Cursor cursor(body);
  cursor.word("written");
  const auto written = cursor.time();
  cursor.word("\n");
  std::vector<SourceState> sources;
  while (!cursor.at_end() && !cursor.failed()) {
    sources.push_back(take_source(cursor));
    sources.back().written = written;
  }
  if (cursor.failed()) return base::fail("malformed, although its checksum is right");
  return sources;
}

}  // namespace exporter::tail
