package text_test

import (
	"fmt"
	"strings"
	"testing"

	"xinshu/internal/text"
)

func TestAlikeFindsTheSameEvent(t *testing.T) {
	titles := []string{
		"双桅镇柑橘冷库爆满 果农盼扩容",
		"关于农民工工资支付隐患排查情况的报告",
		"青禾镇柑橘冷库爆满，果农盼望扩容",
		"关于中小学近视复查情况的报告",
		"关于县道塌方抢通情况的报告",
		"关于未来十天两次寒潮情况的报告",
		"",
	}
	got := text.Alike(titles)
	if len(got[0]) != 1 || got[0][0].At != 2 || len(got[2]) != 1 || got[2][0].At != 0 {
		t.Errorf("alike(the cold stores) = %v and %v, want each the other", got[0], got[2])
	}
	for _, i := range []int{1, 3, 4, 5, 6} {
		if len(got[i]) != 0 {
			t.Errorf("alike(%s) = %v, want nothing: only the frame is the same", titles[i], got[i])
		}
	}
}

// TestAlikeByBody: six townships report one flood under six titles; what they
// share with every report of the desk makes nothing alike.
func TestAlikeByBody(t *testing.T) {
	frame := "近期以来，我镇高度重视，迅速召开专题会议安排部署，成立工作专班，压实工作责任，取得了阶段性成效，现将有关情况报告如下。"
	flood := "七月三日凌晨石桥河流域突降特大暴雨，河水漫过老拱桥桥面，沿河低洼地带的养殖棚被冲毁，镇村干部连夜敲门喊人，把住在河滩的人家转到中心小学。"
	var titles []string
	var bodies []text.Sketch
	add := func(title, body string) {
		titles, bodies = append(titles, title), append(bodies, text.SketchOf(body))
	}
	for i, title := range []string{"青禾镇连夜转移群众", "柳渡乡养殖户受损", "双桅镇防汛情况", "老拱桥漫水断行", "学校设安置点", "干部值守到天明"} {
		add(title, frame+flood+fmt.Sprintf("其中%s损失另行上报，当前正在清淤，%d个工作组在村。", strings.Repeat("本", i%2+1), i+2))
	}
	for i, body := range []string{"春耕备耕的化肥价格比去年涨了两成，种粮大户打算少种，农资店赊账的多了，盼着补贴早点到账。", "县城东门的停车位夜里不够用，居民把车停到消防通道上，物业劝了不听，请交警和城管一起来管。", "镇中心小学食堂改由配送公司供餐，家长反映饭菜到校已凉，学校正在同公司商量加装保温柜。"} {
		add("情况报告之"+string("甲乙丙"[3*i:3*i+3]), frame+body)
	}
	got := text.AlikeTexts(titles, bodies)
	for i := range 6 {
		if len(got[i]) != 3 || got[i][0].Body < 30 || got[i][0].At > 5 {
			t.Errorf("beside %s lie %+v, want three of the flood's by their text", titles[i], got[i])
		}
	}
	for i := 6; i < 9; i++ {
		for _, l := range got[i] {
			if l.Body > 0 {
				t.Errorf("beside %s lies %s by its text, want none: only the frame is the same", titles[i], titles[l.At])
			}
		}
	}
}

// BenchmarkAlikeTexts is what a desk's inbox costs: a month's newest of six states.
func BenchmarkAlikeTexts(b *testing.B) {
	var titles []string
	var bodies []text.Sketch
	for i := range 720 {
		titles = append(titles, fmt.Sprintf("第%d村反映灌溉渠第%d段渗漏", i%97, i%31))
		var body strings.Builder
		for k := range 60 {
			fmt.Fprintf(&body, "第%d村第%d户说渠水不到田，", (i*7+k*13)%911, (i+k*k)%773)
		}
		bodies = append(bodies, text.SketchOf(body.String()))
	}
	for b.Loop() {
		text.AlikeTexts(titles, bodies)
	}
}
