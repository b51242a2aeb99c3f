/* SPDX-License-Identifier: MIT */
/* loan.c - a task whose child is forked by a supervisor: its owner's side. */
#include "loan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ask.h"
#include "call.h"
#include "clock.h"
#include "defer.h"
#include "err.h"
#include "fd.h"
#include "hearing.h"
#include "order.h"

#define LOAN_DROP_MS 1000 /* to say that a task is not wanted */
#define LOAN_AGAIN_MS 10  /* until a watch may be had */

/* ---- How it ends -------------------------------------------------------- */

struct reap {
	struct list_node node; /* in its supervisor's loans */
	const struct child *child;
	struct loop *loop;
	struct loop_watch
		*watch; /* of its pidfd, once the supervisor is gone */
	struct loop_watch *again; /* that watch could not be had */
	reap_fn *fn;
	void *data;
};

static struct tine_super *super_of(struct host *host)
{
	return (struct tine_super *)host;
}

/* Its words come with the next turn of the loop, if not now; when it is gone
 * nobody is left who could tell. */
static bool loan_look(struct host *host, const struct child *child,
		      int64_t deadline, struct child_exit *ended)
{
	struct letter *letter;
	int got = hearing_await_end(super_of(host), child->serial, deadline,
				    &letter);
	bool told = got > 0 && letter->size == sizeof *ended;

	*ended = (struct child_exit){ .how = EXIT_FORSAKEN };
	if (told)
		memcpy(ended, letter->body, sizeof *ended);
	if (got > 0)
		letter_free(letter);
	return told || (got == TINE_EGONE && child_has_ended(child, deadline));
}

static void on_forsaken(void *data)
{
	struct reap *reap = data;
	struct child_exit taken;

	if (loan_look(reap->child->host, reap->child, 0, &taken))
		(void)reap->fn(reap->data, &taken);
}

static void loan_watch_pidfd(struct reap *reap)
{
	reap->watch = loop_readable_start(reap->loop, reap->child->pidfd,
					  on_forsaken, reap);
	if (!reap->watch)
		loop_timer_again(reap->again, LOAN_AGAIN_MS);
}

/* It is looked at until it can be watched. */
static void on_again(void *data)
{
	loan_watch_pidfd(data);
	on_forsaken(data);
}

static struct reap *loan_reap_start(struct loop *loop,
				    const struct child *child, reap_fn *fn,
				    void *data)
{
	struct tine_super *super = super_of(child->host);
	struct reap *reap = calloc(1, sizeof *reap);

	if (!reap)
		return NULL;
	*reap = (struct reap){
		.child = child, .loop = loop, .fn = fn, .data = data
	};
	reap->again = loop_timer_start(loop, -1, on_again, reap);
	if (!reap->again) {
		free(reap);
		return NULL;
	}
	list_append(&super->loans, &reap->node);
	if (super->gone)
		loan_watch_pidfd(reap);
	return reap;
}

static void loan_reap_stop(struct reap *reap)
{
	list_remove(&reap->node);
	loop_stop(reap->watch);
	loop_stop(reap->again);
	free(reap);
}

static void loan_reap_nothing(struct reap *reap)
{
	(void)reap;
}

static const struct reap_backend reap_loan = {
	.name = "loan",
	.pidfd = true,
	.start = loan_reap_start,
	.stop = loan_reap_stop,
	.background = loan_reap_nothing,
	.hint = loan_reap_nothing,
};

static struct reap *loan_find(struct tine_super *super, uint64_t serial)
{
	LIST_EACH (node, &super->loans) {
		struct reap *reap = LIST_ENTRY(node, struct reap, node);

		if (reap->child->serial == serial)
			return reap;
	}
	return NULL;
}

void loan_ended(struct tine_super *super, const struct letter *letter)
{
	struct reap *reap = loan_find(super, letter->serial);
	struct child_exit taken;

	if (!reap || letter->size != sizeof taken)
		return;
	memcpy(&taken, letter->body, sizeof taken);
	(void)reap->fn(reap->data, &taken);
}

void loan_forsake_all(struct tine_super *super)
{
	LIST_EACH (node, &super->loans) {
		struct reap *reap = LIST_ENTRY(node, struct reap, node);

		if (!reap->watch)
			loan_watch_pidfd(reap);
	}
}

/* ---- How it begins ------------------------------------------------------ */

static void order_callers(struct order *order, const struct tine_ctx *ctx)
{
	const struct tine_self *self = ctx->self;

	order->callers[order->caller_count++] = ctx->owner;
	for (; self && order->caller_count < ORDER_CALLERS; self = self->parent)
		order->callers[order->caller_count++] = self->parent_pid;
}

static void order_of(const struct tine_task *task, struct order *order)
{
	*order = (struct order){
		.fn = task->fn,
		.arg = task->arg,
		.size = task->size,
		.limits = task->options.limits,
		.max_result = task->options.max_result,
		.grace_ms = task->options.grace_ms,
		.nolink = task->options.nolink,
		.id = task->id,
		.slot = (size_t)task->slot,
	};
	memcpy(order->name, task->name, sizeof order->name);
	order_callers(order, task->ctx);
}

/* It runs, or may do so, and nobody has it. */
static void loan_give_back(struct tine_super *super, uint64_t serial)
{
	const struct letter letter = { .kind = ASK_DROP,
				       .value = (int64_t)serial };

	if (!super->gone)
		(void)post_send_all(&super->post, &letter,
				    clock_deadline(LOAN_DROP_MS));
}

static int loan_send(struct tine_super *super, const struct tine_task *task,
		     const int fds[ORDER_FDS], struct call *call)
{
	struct letter letter = { .kind = ASK_TASK,
				 .fd_count = fds[ORDER_ERROR] < 0 ? ORDER_ERROR
								  : ORDER_FDS };
	struct order order;
	struct wire_out out;
	int error;

	memcpy(letter.fds, fds, sizeof *fds * ORDER_FDS);
	order_of(task, &order);
	wire_begin(&out, SPEC_MOST);
	order_put(&out, &order);
	letter.body = out.buf.data;
	letter.size = out.buf.size;
	error = out.error < 0 ? out.error : call_send(super, &letter, call);
	wire_done(&out);
	return error;
}

/* The child runs when it is forked: it has no gate. */
static int loan_hear(struct tine_task *task, struct call *call)
{
	int error = call_hear(call, false);

	if (error < 0)
		return error;
	if (call->value <= 0)
		return call->value < 0 ? (int)call->value : TINE_ESYS;
	if (call->letter->fd_count != 1)
		return TINE_ELIMIT; /* we have no room for its pidfd */
	task->child.pid = (pid_t)call->value;
	task->child.pidfd = steal_fd(&call->letter->fds[0]);
	task->child.serial = call->serial;
	return 0;
}

/* The child's ends are closed in between: one of them makes room for the pidfd
 * that comes. */
static int loan_ask(struct tine_super *super, struct tine_task *task,
		    int fds[ORDER_FDS])
{
	struct call call = { .super = super };
	int error;

	list_init(&call.node);
	error = loan_send(super, task, fds, &call);
	defer_close(&fds[ORDER_CHANNEL]);
	defer_close(&fds[ORDER_ERROR]);
	if (error == 0) {
		error = loan_hear(task, &call);
		if (error < 0)
			loan_give_back(super, call.serial);
	}
	call_done(&call);
	return error;
}

static int loan_check(const struct tine_super *super,
		      const struct tine_task *task)
{
	int error = super_check(super);

	if (error < 0)
		return error;
	if (super->ctx != task->ctx)
		return TINE_EUSAGE;
	return super->gone ? TINE_EGONE : 0;
}

/* The other end is another process's in a moment: it may have a low number. */
static int loan_channel(int channel[2])
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) < 0)
		return err_from_errno(errno);
	channel[0] = fd_lift(channel[0]);
	return channel[0] < 0 ? err_from_errno(errno) : 0;
}

static int loan_start(struct host *host, struct tine_task *task)
{
	struct tine_super *super = super_of(host);
	int channel[2] = { -1, -1 }, errors[2] = { -1, -1 };
	int fds[ORDER_FDS];
	int error = loan_check(super, task);

	if (error == 0)
		error = loan_channel(channel);
	if (error == 0 && task->options.capture)
		error = fd_pipe(errors);
	AUTO_CLOSE int ours = channel[0];
	AUTO_CLOSE int theirs = channel[1];
	AUTO_CLOSE int error_ours = errors[0];
	AUTO_CLOSE int error_theirs = errors[1];
	if (error < 0)
		return error;
	fds[ORDER_CHANNEL] = steal_fd(&theirs);
	fds[ORDER_SLATES] = task->ctx->slates.fd;
	fds[ORDER_ERROR] = steal_fd(&error_theirs);
	error = loan_ask(super, task, fds);
	if (error < 0)
		return error;
	task->child.host = host;
	task->child.channel = steal_fd(&ours);
	task->child.error = steal_fd(&error_ours);
	if (task->child.error >= 0)
		(void)fcntl(task->child.error, F_SETFL, O_NONBLOCK);
	return 0;
}

static void loan_hold(struct host *host)
{
	super_hold(super_of(host));
}

static void loan_drop(struct host *host)
{
	super_drop(super_of(host));
}

const struct host loan_host = {
	.reap = &reap_loan,
	.hold = loan_hold,
	.drop = loan_drop,
	.start = loan_start,
	.look = loan_look,
};
