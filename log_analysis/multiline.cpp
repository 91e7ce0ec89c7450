#include "log_analysis/multiline.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "log_analysis/clean.h"
#include "log_analysis/continuation.h"
#include "log_analysis/level_rules.h"

namespace log_analysis {

namespace {

// The text of an event. There are two buffers: one is returned while the other is filled.
struct Draft {
  base::WallTime at{};
  Level level = Level::info;
  std::string text;
  std::string decoded;         // the message, when it is not part of `text`
  std::size_t message_at = 0;  // in `text`
  std::size_t message_size = 0;
  bool in_text = true;
  std::size_t header = 0;
  unsigned lines = 0;

  void name(std::string_view line, std::size_t offset, const Reading& reading) {
    const std::string_view message = reading.message;
    header = reading.header;
    const std::less_equal<const char*> at_most;
    in_text = at_most(line.data(), message.data()) &&
              at_most(message.data() + message.size(), line.data() + line.size());
    if (in_text) {
      message_at = offset + static_cast<std::size_t>(message.data() - line.data());
      message_size = message.size();
    } else {
      decoded.assign(message.substr(0, MultilineFolder::kMaxText));
    }
  }

  Event event() const {
    Event event{.at = at, .level = level, .text = text, .message = decoded, .header = header, .lines = lines};
    // A long line is cut in `text`, and so is the message in it.
    if (in_text) event.message = event.text.substr(std::min(message_at, text.size()), message_size);
    event.header = std::min(header, event.message.size());
    return event;
  }
};

}  // namespace

struct MultilineFolder::State {
  explicit State(const std::shared_ptr<const LevelRules>& rules)
      : reader(rules), document(rules), matcher(rules) {}

  Reader reader;
  Reader document;  // of whole events; `reader` holds the message of the line that comes next
  LevelMatcher matcher;
  Continuation continuation;
  std::string cleaned;
  std::array<Draft, 2> drafts;
  std::size_t current = 0;

  Draft& draft() { return drafts[current]; }

  Follow follow(std::string_view line, const Reading& reading);
  void begin(std::string_view line, const Reading& reading, base::WallTime at);
  void append(std::string_view line, const Reading& reading, const Follow& follow);
  void finish();
};

Follow MultilineFolder::State::follow(std::string_view line, const Reading& reading) {
  const Draft& open = draft();
  if (open.lines == 0 || open.lines >= kMaxLines) return {};
  if (matcher.has_start()) {
    const bool starts = matcher.starts(line);
    const Follow shape = continuation.next(line, reading, open.level, open.lines);
    return {.follows = !starts, .frame = shape.frame, .names = false};
  }
  return continuation.next(line, reading, open.level, open.lines);
}

void MultilineFolder::State::begin(std::string_view line, const Reading& reading, base::WallTime at) {
  Draft& fresh = draft();
  fresh.at = at;
  fresh.level = reading.level;
  fresh.text.assign(line.substr(0, kMaxText));
  fresh.name(line, 0, reading);
  fresh.lines = 1;
  continuation.begin(line, reading);
}

void MultilineFolder::State::append(std::string_view line, const Reading& reading, const Follow& follow) {
  Draft& open = draft();
  ++open.lines;
  if (!follow.frame && reading.levelled) open.level = std::max(open.level, reading.level);
  open.level = std::max(open.level, follow.least);
  const std::size_t offset = open.text.size() + 1;
  if (offset + line.size() <= kMaxText) {
    open.text += '\n';
    open.text += line;
    if (follow.names) open.name(line, offset, reading);
  } else if (offset < kMaxText) {
    open.text += '\n';
    open.text += line.substr(0, kMaxText - offset);
  }
}

// A pretty-printed JSON document has its own level and message, not those of its lines.
void MultilineFolder::State::finish() {
  Draft& open = draft();
  if (open.lines < 2 || open.text.empty() || (open.text[0] != '{' && open.text[0] != '[')) return;
  const std::size_t inside = open.text.find_first_not_of("[{ \t\n");
  if (inside == std::string::npos || open.text[inside] != '"') return;
  const Reading reading = document.read(open.text);
  if (!reading.levelled) return;
  open.level = reading.level;
  if (reading.message.size() == open.text.size()) return;
  open.in_text = false;
  open.decoded.assign(reading.message);
  open.header = reading.header;
}

MultilineFolder::MultilineFolder(std::shared_ptr<const LevelRules> rules)
    : state_(std::make_unique<State>(rules)) {}
MultilineFolder::~MultilineFolder() = default;
MultilineFolder::MultilineFolder(MultilineFolder&&) noexcept = default;
MultilineFolder& MultilineFolder::operator=(MultilineFolder&&) noexcept = default;

std::optional<Event> MultilineFolder::push(std::string_view line, base::WallTime at) {
  State& state = *state_;
  line = clean(line, state.cleaned);
  const Reading reading = state.reader.read(line);
  if (const Follow follow = state.follow(line, reading); follow.follows) {
    state.append(line, reading, follow);
    return std::nullopt;
  }
  std::optional<Event> over;
  if (state.draft().lines > 0) {
    state.finish();
    over = state.draft().event();
    state.current ^= 1;
  }
  state.begin(line, reading, at);
  return over;
}

std::optional<Event> MultilineFolder::flush() {
  Draft& open = state_->draft();
  if (open.lines == 0) return std::nullopt;
  state_->finish();
  const Event event = open.event();
  open.lines = 0;
  return event;
}

unsigned MultilineFolder::pending() const { return state_->draft().lines; }

}  // namespace log_analysis
