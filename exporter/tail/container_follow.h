// Follows the log of one container: asks the engine, takes what has come, asks again when that ends or falls
// silent.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/docker.h"
#include "base/http_stream.h"
#include "exporter/tail/container_cursor.h"
#include "exporter/tail/container_lines.h"
#include "exporter/tail/pipeline.h"

namespace exporter::tail {

// The identity of a container's strand: "docker:<id>/stdout".
std::string strand_identity(const std::string& id, Output output);

// Not thread-safe; blocks for connecting alone. Its strands are its own: it opens and closes them.
class ContainerFollow {
 public:
  using Positions = std::array<Position, kOutputs>;
  // Asks for a log; base::docker::Engine::logs with a deadline.
  using Ask =
      std::function<base::Result<base::http::Stream>(const std::string& id, const base::docker::LogOptions&)>;

  struct Kind {
    bool tty = false;
    // Asked again and again instead of being followed: the engine's follow of such a log loses lines when it
    // is rotated. Each time it reads the whole log, so it is asked the less often the longer that takes.
    bool polled = false;
  };

  // Goes on from `from`. Strands that the pipeline already has for this container are taken over.
  ContainerFollow(std::string id, Kind kind, std::shared_ptr<Pipeline> pipeline, const Positions& from,
                  Ask ask, const base::Clock& clock);

  // The container has been started: from now on there are lines that were not read yet.
  void on_start();
  // Something else has happened to it: look at once.
  void look();
  void set_running(bool running) { running_ = running; }
  // The container has another name: its lines go to another source from now on.
  void move_to(std::shared_ptr<Pipeline> pipeline);
  // The container is gone: ends what is under way and forgets the position.
  void close();

  // Asks, reads and hands over what there is to do now. How many lines came.
  std::size_t turn();

  // No answer is under way and none is due: everything that was there has been read.
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

  std::optional<base::http::Stream> stream_;  // the answer under way
  ContainerLines lines_;
  std::string message_;  // of an answer that is a refusal
  base::MonoTime asked_{};
  base::MonoTime heard_{};  // when the newest line came, or the answer began
  std::optional<Probe> probe_;
  base::Duration quiet_;                     // so long a silence makes it look
  std::optional<base::MonoTime> suspected_;  // since when lines are known to be missing

  bool running_ = false;
  bool due_ = true;         // there is something to ask for
  bool last_look_ = false;  // it has ended; whether everything came is to be looked at
  bool unread_ = false;     // it was started, and has neither written a line since nor been seen to be silent
  base::MonoTime not_before_{};
  base::Duration pause_;
  Trouble trouble_ = Trouble::none;
};

}  // namespace exporter::tail
