#pragma once
// The sub-commands of `kip`: each adds itself to the command line and, when chosen, runs and sets
// the exit code: 0 done, 1 findings, 2 wrong usage, 3 it cannot go on.

#include <CLI/CLI.hpp>

#include "app/engine.h"
#include "app/setup.h"

namespace kip {

inline constexpr int kDone = 0;
inline constexpr int kFindings = 1;
inline constexpr int kUsage = 2;
// The disk is full, the store damaged or held, the port taken, Kafka away or refusing us.
inline constexpr int kStopped = 3;

void add_up(CLI::App& app, int& exit);
void add_check(CLI::App& app, int& exit);
void add_people(CLI::App& app, int& exit);  // people list, people import
void add_import(CLI::App& app, int& exit);
void add_replay(CLI::App& app, int& exit);
void add_backtest(CLI::App& app, int& exit);
void add_inspect(CLI::App& app, int& exit);   // trace, audit, dead
void add_dead(CLI::App& app, int& exit);      // part of it: dead list, dead show
void add_messages(CLI::App& app, int& exit);  // messages list, messages again
void add_test_message(CLI::App& app, int& exit);
void add_backup(CLI::App& app, int& exit);  // backup, restore
void add_sample(CLI::App& app, int& exit);
void add_bench(CLI::App& app, int& exit);
void add_version(CLI::App& app, int& exit);  // version, help
// On Kafka.
void add_topics(CLI::App& app, int& exit);
void add_ingest(CLI::App& app, int& exit);
void add_engine(CLI::App& app, int& exit);
void add_gateway(CLI::App& app, int& exit);
void add_notifier(CLI::App& app, int& exit);

// --config --calendar --registry --json, as every command that decides takes them.
void add_common(CLI::App& command, CommonOptions& options);
struct KafkaArguments {
  std::string brokers, settings;
};
// --kafka, into `group` where there is one; it is given back. And --kafka-config, which needs it.
CLI::Option* add_kafka(CLI::App& command, KafkaArguments& arguments, CLI::App* group = nullptr);
// --data of a command that writes: a folder, there or not yet.
CLI::Option* add_data_to_write(CLI::App& command, std::string& data);
// Prints "kip: MESSAGE" (each line so) to stderr and gives the exit code.
int fail(const Error& error, int exit = kFindings);
// The same, of what an argument names and was to be read: kUsage where it is not there. What is
// wrong inside is a finding.
int fail_input(const Error& error);
// The same, of what an argument asks for: kUsage where that cannot be.
int fail_argument(const Error& error);
// --until: RFC 3339; sets `exit` to kUsage and says why where it is not.
std::optional<Instant> parse_until(const std::string& text, int& exit);
// --clock, and --until, which has a meaning under `log` only. kUsage, said, or kDone.
int set_clock(const std::string& clock, const std::string& until, EngineOptions& options);

}  // namespace kip
