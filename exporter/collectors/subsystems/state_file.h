// Reads one state file repeatedly.
#pragma once

#include <sys/stat.h>

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "base/os/clock.h"
#include "exporter/collectors/subsystems/subsystem_sources.h"

namespace exporter::collectors {

struct StateFacts {
  bool present = false;
  bool read = false;                        // the last read found every configured value
  std::optional<base::WallTime> updated{};  // the last good value when not read
  std::map<std::string, double> items{};    // the same
  std::optional<double> calls{};   // the same; the program's count, which resets to 0 when it restarts
  std::optional<double> errors{};  // the same
  std::string problem{};           // why it is present but not read
};

// A half-written file is read again a little later. If that fails too, the last good values stay, marked as
// not read. An unchanged file is not read again. A file of more than 16 MiB is not read at all. For one
// thread.
class StateFileReader {
 public:
  // `pause` waits before the second try.
  explicit StateFileReader(StateFile file, std::function<void(base::Duration)> pause = sleep);

  const StateFacts& read();

 private:
  // Distinguishes one content of the file from the next without reading it.
  struct Identity {
    dev_t device{};
    ino_t inode{};
    off_t size{};
    std::int64_t modified{};  // nanoseconds
    bool operator==(const Identity&) const = default;
  };

  static void sleep(base::Duration length);
  static Identity identity_of(const struct stat& status);
  base::Result<StateFacts> read_json(base::WallTime modified) const;

  StateFile file_;
  std::function<void(base::Duration)> pause_;
  StateFacts facts_;
  std::optional<Identity> read_identity_;  // of the content that facts_ were read from
};

}  // namespace exporter::collectors
