package api

import (
	"context"

	"xinshu/internal/flow"
	"xinshu/internal/org"
)

// Unread is the number of notifications that wait to be read.
type Unread struct {
	N    int  `json:"n"`
	More bool `json:"more,omitempty" doc:"There are more than were counted"`
}

// SavedChannel is an address with the secret of a new one, told once.
type SavedChannel struct {
	Secret  string           `json:"secret,omitempty" doc:"Messages to a new web address are signed with it; it cannot be shown again"`
	Channel flow.ChannelView `json:"channel"`
}

// byChannel names one of the channels, onChannel also has a body.
type (
	byChannel struct {
		Channel string `path:"channel" enum:"mail,hook" doc:"mail or hook"`
	}
	onChannel[B any] struct {
		Channel string `path:"channel" enum:"mail,hook" doc:"mail or hook"`
		Body    B
	}
)

// UpTo says how far a list was read.
type UpTo struct {
	UpTo int64 `json:"up_to" minimum:"1" doc:"The position of the newest one that was seen"`
}

func (x *API) notifyRoutes() {
	f, reg := x.flow, org.StageRegister

	serve(x, get("/notifications", "notifications", "What I was told, newest first"), func(ctx context.Context, a flow.Actor, in *struct {
		Unread bool   `query:"unread" doc:"Only what I have not read"`
		Cursor string `query:"cursor" doc:"Where the last page ended: its \"next\""`
		Limit  int    `query:"limit" minimum:"1" maximum:"200" doc:"Rows of a page"`
	}) (flow.Page[flow.Notification], error) {
		return page(f.Notifications(ctx, a, flow.NotesQuery{Unread: in.Unread, Cursor: in.Cursor, Limit: in.Limit}))
	})
	serve(x, get("/notifications/unread", "unread-notifications", "How many I have not read"), func(ctx context.Context, a flow.Actor, _ *none) (Unread, error) {
		n, err := f.Unread(ctx, a)
		return Unread{N: n, More: n >= flow.MostUnread}, err
	})
	silent(x, post(org.ScopeRead, "/notifications/{position}/read", "read-notification", "Mark one as read"), func(ctx context.Context, a flow.Actor, in *struct {
		Position int64 `path:"position"`
	}) error {
		return f.ReadNote(ctx, a, in.Position)
	})
	silent(x, post(org.ScopeRead, "/notifications/read", "read-notifications", "Mark all as read, up to one of them"), func(ctx context.Context, a flow.Actor, in *with[UpTo]) error {
		return f.ReadNotes(ctx, a, in.Body.UpTo)
	})
	serve(x, get("/notifications/settings", "notify-settings", "My own choice of what is sent where, and what became of the last copies"), func(ctx context.Context, a flow.Actor, _ *none) (flow.NotifySettings, error) {
		return f.NotifySettings(ctx, a)
	})
	silent(x, put(reg, "/notifications/quiet", "set-quiet", "Choose my quiet hours"), func(ctx context.Context, a flow.Actor, in *with[flow.Quiet]) error {
		return f.SetQuiet(ctx, a, in.Body)
	})
	serve(x, put(reg, "/notifications/channels/{channel}", "set-channel", "Name an address and what is sent there; a new one gets a code first"), func(ctx context.Context, a flow.Actor, in *onChannel[flow.SetChannel]) (SavedChannel, error) {
		secret, v, err := f.SetChannel(ctx, a, in.Channel, in.Body)
		return SavedChannel{Secret: secret, Channel: v}, err
	})
	serve(x, post(reg, "/notifications/channels/{channel}/confirm", "confirm-channel", "Prove an address with the code that came to it"), func(ctx context.Context, a flow.Actor, in *onChannel[flow.ConfirmChannel]) (flow.ChannelView, error) {
		return f.ConfirmChannel(ctx, a, in.Channel, in.Body)
	})
	silent(x, post(reg, "/notifications/channels/{channel}/end", "end-channel", "Forget an address; nothing more is sent there"), func(ctx context.Context, a flow.Actor, in *byChannel) error {
		return f.EndChannel(ctx, a, in.Channel)
	})
}
