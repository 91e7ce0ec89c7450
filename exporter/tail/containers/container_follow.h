// Follows the log of one container: requests it, reads what arrives, and requests it again when the response
// ends or stalls.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/docker/docker.h"
#include "base/http/stream.h"
#include "exporter/tail/containers/container_cursor.h"
#include "exporter/tail/containers/container_lines.h"
#include "exporter/tail/pipeline.h"

namespace exporter::tail {

// The identity of a container's strand: "docker:<id>/stdout".
std::string strand_identity(const std::string& id, Output output);

// Not thread-safe; blocks only to connect. It opens and closes its own strands.
class ContainerFollow {
 public:
  using Positions = std::array<Position, kOutputs>;
  // Requests a log: base::docker::Engine::logs with a deadline.
  using Ask =
      std::function<base::Result<base::http::Stream>(const std::string& id, const base::docker::LogOptions&)>;

  struct Kind {
    bool tty = false;
    // Requested repeatedly instead of followed, because the engine's follow of such a log loses lines at a
    // rotation. Each request reads the whole log, so the longer that takes, the less often it is requested.
    bool polled = false;
  };

  // Continues from `from`. Takes over the strands that the pipeline already has for this container.
  ContainerFollow(std::string id, Kind kind, std::shared_ptr<Pipeline> pipeline, const Positions& from,
                  Ask ask, const base::Clock& clock);

  // The container was started: there may be lines that were not read yet.
  void on_start();
  // Something else happened to the container: request its log soon.
  void look();
  void set_running(bool running) { running_ = running; }
  // The container was renamed: its lines go to another source from now on.
  void move_to(std::shared_ptr<Pipeline> pipeline);
  // The container was removed: ends the current event and forgets the position.
  void close();

  // Requests, reads and passes on what there is now. Returns the number of new lines.
  std::size_t turn();

  // No response is under way and no request is due: everything has been read.
  bool at_rest() const { return !stream_ && !due_ && !last_look_; }
  Trouble trouble() const { return trouble_; }
  const std::string& id() const { return id_; }
  const std::shared_ptr<Pipeline>& pipeline() const { return pipeline_; }

 private:
  struct Probe {
    base::http::Stream stream;
    ContainerLines lines;
    base::MonoTime begun;
  };

  void open_strands(const Positions& at);
  void ask(base::MonoTime now);
  std::size_t read(base::MonoTime now);
  std::size_t hand_over(std::span<const ContainerLine> lines);
  void refused(int status, base::MonoTime now);
  void ended(bool in_order, base::MonoTime now);
  void failed(Trouble trouble, const std::string& why, base::MonoTime now);
  void again_after(base::Duration pause, base::MonoTime now);
  void watch(base::MonoTime now);
  void begin_probe(base::MonoTime now);
  std::optional<bool> finish_probe(base::MonoTime now);
  bool newer_than_read(const ContainerLines& lines) const;

  const std::string id_;
  const Kind kind_;
  std::shared_ptr<Pipeline> pipeline_;
  const Ask ask_;
  const base::Clock& clock_;

  std::vector<ContainerCursor> cursors_;  // by output
  std::array<Pipeline::Strand, kOutputs> strands_{};
  std::array<std::vector<Line>, kOutputs> batches_;  // scratch

  std::optional<base::http::Stream> stream_;  // the current response
  ContainerLines lines_;
  std::string message_;  // the body of an error response
  base::MonoTime asked_{};
  base::MonoTime heard_{};  // when the newest line arrived, or the response began
  std::optional<Probe> probe_;
  base::Duration quiet_;                     // after this silence the newest line is requested
  std::optional<base::MonoTime> suspected_;  // since when lines are known to be missing

  bool running_ = false;
  bool due_ = true;         // a request is due
  bool last_look_ = false;  // the follow has ended; a check for missing lines is due
  bool unread_ = false;     // it was started, and no line was read and its log was not found empty since
  base::MonoTime not_before_{};
  base::Duration pause_;
  Trouble trouble_ = Trouble::none;
};

}  // namespace exporter::tail
