// Processes the lines of one source: limits their length, folds them into events, counts them, assigns
// patterns, and passes events to a sink.
//
// A source has one or more strands: sequences of lines that are folded only with each other and have their
// own position (a file and its rotated generation; two containers of one name). Counts and patterns belong to
// the source as a whole. A snapshot is consistent: its counts are exactly those of the lines before its
// positions.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/os/clock.h"
#include "exporter/tail/position.h"
#include "log_analysis/level.h"
#include "log_analysis/multiline.h"
#include "log_analysis/pattern_store.h"

namespace exporter::tail {

// A longer line is cut, and counted as truncated.
inline constexpr std::size_t kMaxLine = 64 * 1024;
// An event is complete when no line came for this long.
inline constexpr auto kEventPause = std::chrono::seconds(1);
// This many patterns of a source have series; a view has twice as many, the most frequent first.
inline constexpr std::size_t kTopPatterns = 20;

struct Line {
  std::string_view text;  // without its newline; any bytes
  base::WallTime at{};
  Position after;            // position of the strand after this line
  std::uint64_t cut_of = 0;  // its full length, when the source itself has cut it to `text`
};

// Why a source cannot be read: the value of the label `reason`.
enum class Trouble : std::uint8_t {
  none,
  missing,      // no such file or container
  forbidden,    // no permission
  unreadable,   // a read fails
  log_driver,   // the container's log driver cannot be read
  engine,       // the Docker Engine does not respond
  descriptors,  // too many open files
};
inline constexpr int kTroubles = 7;
std::string_view name(Trouble trouble);

// Keeps the last events of all sources.
class EventSink {
 public:
  virtual ~EventSink() = default;
  // Called from the sources' threads, with the source's lock held: must be quick and must not call back. The
  // event's text is unmasked; mask secrets before it is kept. Its texts are valid during the call.
  virtual void take(const std::string& source, const log_analysis::Event& event,
                    log_analysis::PatternId pattern) = 0;
};

// The durable state of one strand. `identity` is defined by the source and says where the strand continues
// after a restart.
struct StrandState {
  std::string identity;
  Position position;
};

// The durable state of a source.
struct SourceState {
  std::string source;
  Counts counts;
  std::vector<StrandState> strands;
  std::string patterns;      // PatternStore::save()
  base::WallTime written{};  // when it was written; not part of the source's text
};

// What a page shows of a source.
struct SourceView {
  Counts counts;
  std::array<std::uint64_t, log_analysis::kLevels> new_patterns{};
  std::vector<log_analysis::Pattern> top;
};

// Thread-safe; the mutex is taken once for a batch of lines.
class Pipeline {
 public:
  using Strand = std::uint64_t;
  struct Options {
    std::shared_ptr<const log_analysis::LevelRules> rules;  // null: the default rules only
    EventSink* sink = nullptr;  // null: events are not kept; else it must outlive this
  };

  // Continues from `state`, if any. When its patterns cannot be read, it starts with none.
  Pipeline(std::string source, Options options, const base::Clock& clock, const SourceState* state = nullptr);
  ~Pipeline();

  const std::string& source() const { return source_; }
  // When the restored state was written; nullopt without one.
  std::optional<base::WallTime> resumed_from() const { return resumed_from_; }

  // The current strands; after a restart, those of the state.
  std::map<Strand, StrandState> strands() const;
  Strand open(std::string identity, Position at);
  // Replaces the identity of a strand.
  void identify(Strand strand, std::string identity);
  // Ends the current event and forgets the strand and its position; its lines stay counted.
  void close(Strand strand);

  void take(Strand strand, std::span<const Line> lines);
  // Moves the position without a line, at once. Ignored while an event is incomplete.
  void move(Strand strand, Position to);
  // Counts a gap: lines may have been lost before they were read.
  void note_gap();
  // Ends the events whose last line came at least kEventPause ago. Call it several times a second.
  void flush_idle();
  // Ends all current events: before the last checkpoint.
  void flush();
  // From the next event on.
  void use(Options options);

  // Also ends set_removed().
  void set_trouble(Trouble trouble);
  Trouble trouble() const;
  // What it read no longer exists since `since`, and nothing expects it.
  void set_removed(base::MonoTime since);
  // nullopt: it was not removed.
  std::optional<base::MonoTime> removed_since() const;

  // Of one strand; counts are the source's.
  Taken taken(Strand strand) const;
  // Both as of the same time: what a checkpoint writes, and what may be shown once it is written.
  struct Snapshot {
    SourceState state;
    SourceView view;
    std::uint64_t version = 0;  // as version()
  };
  Snapshot snapshot() const;
  // Changes when anything in the snapshot changes.
  std::uint64_t version() const;
  // Calls `read` with the patterns, with the source's lock held.
  void patterns(const std::function<void(const log_analysis::PatternStore&)>& read) const;

 private:
  struct Mark {  // a line of the current event
    Position after;
    std::uint64_t bytes = 0;
    base::WallTime at{};
    bool truncated = false;
  };
  struct Running {
    StrandState state;
    std::optional<log_analysis::MultilineFolder> fold;  // only while lines come
    std::vector<Mark> marks;                            // its pending lines, oldest first
    base::MonoTime last_push{};
  };

  void push(Running& running, const Line& line);
  void count(const log_analysis::Event& event);
  void settle(Running& running, std::size_t lines);
  void end_event(Running& running);

  const std::string source_;
  const base::Clock& clock_;
  std::optional<base::WallTime> resumed_from_;
  mutable std::mutex mutex_;
  Options options_;
  log_analysis::PatternStore book_;
  Counts counts_;
  std::map<Strand, Running> strands_;
  Strand next_ = 1;
  std::uint64_t version_ = 1;
  Trouble trouble_ = Trouble::none;
  std::optional<base::MonoTime> removed_since_;
};

}  // namespace exporter::tail
