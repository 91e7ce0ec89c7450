// The pipelines of all sources by name, and the durable state of sources that are not open yet.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "exporter/tail/pipeline.h"

namespace exporter::tail {

// Thread-safe.
class Registry {
 public:
  explicit Registry(const base::Clock& clock) : clock_(clock) {}

  // Opens the pipeline of a source. A new one continues from its durable state; an open one gets these
  // options.
  enum class Origin : std::uint8_t { configured, found };
  std::shared_ptr<Pipeline> open(const std::string& source, const Pipeline::Options& options,
                                 Origin origin = Origin::configured);
  // The source is no longer shown, and the next checkpoint no longer contains it.
  void close(const std::string& source);

  // The open ones, by name.
  std::vector<std::shared_ptr<Pipeline>> all() const;
  std::shared_ptr<Pipeline> find(const std::string& source) const;
  // The open ones that were found rather than configured: the next finder continues with them or closes them.
  std::vector<std::string> found() const;

  // The newest checkpoint of an earlier process. Call it once, before any source is opened.
  void restore(std::vector<SourceState> states);
  // The durable state of sources that are not open yet: checkpoints keep it.
  std::vector<SourceState> unopened() const;
  // Forgets those that will not be opened: the configuration was read and every container listed.
  void forget_unopened(const std::function<bool(const std::string& source)>& which);

 private:
  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Pipeline>> open_;
  std::set<std::string> found_;
  std::map<std::string, SourceState> restored_;
};

// Reads lines into pipelines on its own threads: the files of one source, or all containers. Its constructor
// opens the pipelines that are known then, so that they are shown from the start.
class Source {
 public:
  virtual ~Source() = default;  // stops
  virtual void start() = 0;
  // Returns once no more lines are passed on.
  virtual void stop() = 0;
  // Closes its pipelines, because it was removed from the configuration. Call it after stop().
  virtual void forget() = 0;
};

}  // namespace exporter::tail
