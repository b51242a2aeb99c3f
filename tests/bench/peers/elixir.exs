# SPDX-License-Identifier: MIT
# elixir.exs WORK - items through Task.Supervisor.async_stream_nolink/4: two at
# a time, in order, with a timeout that kills.

Logger.configure(level: :none)

defmodule Peer do
  def item(number), do: <<number * 2::64>>

  # One in ten.
  def crash(number) do
    if rem(number, 10) == 5, do: exit(:crashed), else: item(number)
  end

  # Made in the task; who takes it shares it.
  def large(_number), do: :binary.copy(:persistent_term.get(:large))

  def run(supervisor, function, count) do
    options = [max_concurrency: 2, timeout: 5000, on_timeout: :kill_task]

    supervisor
    |> Task.Supervisor.async_stream_nolink(1..count, function, options)
    |> Enum.reduce(0, fn _result, ended -> ended + 1 end)
  end

  def time(supervisor, function, count) do
    {us, ^count} = :timer.tc(fn -> run(supervisor, function, count) end)
    us / count
  end
end

# A crash is counted with the nine items around it.
{function, count, unit} =
  case System.argv() do
    ["item"] -> {&Peer.item/1, 50_000, 1}
    ["crash"] -> {&Peer.crash/1, 20_000, 10}
    ["large"] -> {&Peer.large/1, 3_000, 1}
  end

:persistent_term.put(:large, :binary.copy(<<7>>, 1_000_000))
{:ok, supervisor} = Task.Supervisor.start_link()
Peer.time(supervisor, function, div(count, 10))
IO.puts(Peer.time(supervisor, function, count) * unit)
