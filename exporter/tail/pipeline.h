// What becomes of the lines of one source: bounded, folded into events, counted, given a pattern, offered to
// whoever keeps the last events.
//
// A source has one or more strands: sequences of lines that are folded with each other alone and have a
// position of their own (a file and its rotated forerunner; two containers of one name). Counts and patterns
// are the source's as a whole. What state() says is consistent: the counts are exactly those of the lines
// before the positions in it.
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

#include "base/clock.h"
#include "exporter/tail/position.h"
#include "logs/fold.h"
#include "logs/level.h"
#include "logs/pattern_book.h"

namespace exporter::tail {

// A longer line is cut, and counted as truncated.
inline constexpr std::size_t kMaxLine = 64 * 1024;
// An event is over when no line came for this long.
inline constexpr auto kEventPause = std::chrono::seconds(1);
// So many patterns of a source become series; a view has twice as many, the most frequent first.
inline constexpr std::size_t kTopPatterns = 20;

struct Line {
  std::string_view text;  // without its newline; any bytes
  base::WallTime at{};
  Position after;            // of the strand, once this line is taken
  std::uint64_t cut_of = 0;  // its full length, when the source itself has cut it to `text`
};

// Why a source gives no lines: the value of the label `reason`.
enum class Trouble : std::uint8_t {
  none,
  missing,     // no such file or container
  forbidden,   // the permission is lacking
  unreadable,  // reading fails
  log_driver,  // the container's log driver cannot be read
  engine,      // the Docker Engine does not answer
};
inline constexpr int kTroubles = 6;
std::string_view name(Trouble trouble);

// Keeps the last events of all sources.
class EventSink {
 public:
  virtual ~EventSink() = default;
  // Called from the sources' threads, under the source's lock: quick, and it never calls back. The event is
  // as it was written: what of it is kept has its secrets masked first. Its texts are valid during the call.
  virtual void take(const std::string& source, const logs::Event& event, logs::PatternId pattern) = 0;
};

// One strand, as it is kept: `identity` is the source's own and tells where the strand goes on after a
// restart.
struct StrandState {
  std::string identity;
  Position position;
};

// What is durable of a source, together.
struct SourceState {
  std::string source;
  Counts counts;
  std::vector<StrandState> strands;
  std::string patterns;      // PatternBook::save()
  base::WallTime written{};  // when; not part of what is written
};

// What a page shows of a source.
struct SourceView {
  Counts counts;
  std::array<std::uint64_t, logs::kLevels> new_patterns{};
  std::vector<logs::Pattern> top;
};

// Thread-safe by one mutex, which is taken once for a batch of lines.
class Pipeline {
 public:
  using Strand = std::uint64_t;
  struct Options {
    std::shared_ptr<const logs::LevelRules> rules;  // null: none of the user's own
    EventSink* sink = nullptr;                      // null: nobody keeps events; else it must outlive this
  };

  // Goes on from `state`, when there is one. A pattern book that cannot be read is begun anew.
  Pipeline(std::string source, Options options, const base::Clock& clock, const SourceState* state = nullptr);
  ~Pipeline();

  const std::string& source() const { return source_; }
  // When the state that it goes on from was written; nullopt when it began without one.
  std::optional<base::WallTime> resumed_from() const { return resumed_from_; }

  // The strands there are; after a restart, those of the state.
  std::map<Strand, StrandState> strands() const;
  Strand open(std::string identity, Position at);
  // Changes the identity of a strand, when the source knows it better by now.
  void identify(Strand strand, std::string identity);
  // Ends the event under way and forgets the strand and its position; its lines stay counted.
  void close(Strand strand);

  void take(Strand strand, std::span<const Line> lines);
  // Goes on elsewhere without a line: as a line would, but at once. Only when no event is under way.
  void move(Strand strand, Position to);
  // Lines of the source may have gone before they were read: the place reached is no longer there.
  void note_gap();
  // Ends the events under way whose last line came kEventPause ago or earlier: call it several times a
  // second.
  void flush_idle();
  // Ends all events under way: before the last checkpoint.
  void flush();
  // From the next event on.
  void use(Options options);

  void set_trouble(Trouble trouble);
  Trouble trouble() const;

  // Of one strand; counts are the source's.
  Taken taken(Strand strand) const;
  // Both at one moment: what a checkpoint writes, and what may be shown once it is written.
  struct Snapshot {
    SourceState state;
    SourceView view;
    std::uint64_t version = 0;  // as version()
  };
  Snapshot snapshot() const;
  // Differs when anything in the snapshot does.
  std::uint64_t version() const;
  // Runs `read` on the patterns, under the source's lock.
  void patterns(const std::function<void(const logs::PatternBook&)>& read) const;

 private:
  struct Mark {  // a line of the event under way
    Position after;
    std::uint64_t bytes = 0;
    base::WallTime at{};
    bool truncated = false;
  };
  struct Running {
    StrandState state;
    std::optional<logs::Fold> fold;  // only while lines come
    std::vector<Mark> marks;         // its pending lines, oldest first
    base::MonoTime last_push{};
  };

  void push(Running& running, const Line& line);
  void count(const logs::Event& event);
  void settle(Running& running, std::size_t lines);
  void end_event(Running& running);

  const std::string source_;
  const base::Clock& clock_;
  std::optional<base::WallTime> resumed_from_;
  mutable std::mutex mutex_;
  Options options_;
  logs::PatternBook book_;
  Counts counts_;
  std::map<Strand, Running> strands_;
  Strand next_ = 1;
  std::uint64_t version_ = 1;
  Trouble trouble_ = Trouble::none;
};

}  // namespace exporter::tail
