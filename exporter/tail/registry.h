// The pipelines of all sources, by name, and what was durable of those that are not open yet.
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

  // The pipeline of a source. A new one goes on from what was durable of it; an open one goes on with these
  // options.
  enum class Origin : std::uint8_t { configured, found };
  std::shared_ptr<Pipeline> open(const std::string& source, const Pipeline::Options& options,
                                 Origin origin = Origin::configured);
  // The source is shown no more, and all that is kept of it will be gone from the next checkpoint.
  void close(const std::string& source);

  // The open ones, by name.
  std::vector<std::shared_ptr<Pipeline>> all() const;
  std::shared_ptr<Pipeline> find(const std::string& source) const;
  // The open ones that were found: whoever finds sources next goes on with them, or closes them.
  std::vector<std::string> found() const;

  // What the newest checkpoint before this life held. Once, before any source is opened.
  void restore(std::vector<SourceState> states);
  // What was durable of sources that nobody has opened yet: checkpoints keep it.
  std::vector<SourceState> unopened() const;
  // Nobody is going to open those: the configuration has been read and every container listed.
  void forget_unopened(const std::function<bool(const std::string& source)>& which);

 private:
  const base::Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Pipeline>> open_;
  std::set<std::string> found_;
  std::map<std::string, SourceState> restored_;
};

// What reads lines into pipelines, on threads of its own: the files of one source, or all containers. Its
// constructor opens the pipelines that are known by then, so that they are shown from the start.
class Source {
 public:
  virtual ~Source() = default;  // stops
  virtual void start() = 0;
  // Returns once no more line is handed over.
  virtual void stop() = 0;
  // It was taken out of the configuration: closes its pipelines. After stop().
  virtual void forget() = 0;
};

}  // namespace exporter::tail
