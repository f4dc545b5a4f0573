// A vCenter for the tests: govmomi's simulator on a port of its own, until standard input ends. For every line that it reads, it
// tells what machines there are, so that the tests need not believe the client that they test.
package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io/ioutil"
	"log"
	"net/url"
	"os"

	"github.com/vmware/govmomi"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	_ "github.com/vmware/govmomi/vapi/simulator"
	"github.com/vmware/govmomi/view"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

func check(err error) {
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
}

func main() {
	log.SetOutput(ioutil.Discard)
	model := simulator.VPX()
	check(model.Create())
	model.Service.TLS = new(tls.Config)
	model.Service.RegisterEndpoints = true
	model.Service.Listen = &url.URL{Host: "127.0.0.1:0", User: url.UserPassword("tester", "s3cr3t-Pass")}
	server := model.Service.NewServer()
	fmt.Println(server.URL.Host)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		show(server.URL)
	}
	model.Remove()
}

func show(u *url.URL) {
	ctx := context.Background()
	c, err := govmomi.NewClient(ctx, u, true)
	check(err)
	v, err := view.NewManager(c.Client).CreateContainerView(ctx, c.ServiceContent.RootFolder, []string{"VirtualMachine"}, true)
	check(err)
	var vms []mo.VirtualMachine
	check(v.Retrieve(ctx, []string{"VirtualMachine"}, []string{"name", "config"}, &vms))
	for _, vm := range vms {
		digest := ""
		for _, option := range vm.Config.ExtraConfig {
			if value := option.GetOptionValue(); value.Key == "caisson.ova.sha256" {
				digest = fmt.Sprint(value.Value)
			}
		}
		disks := object.VirtualDeviceList(vm.Config.Hardware.Device).SelectByType((*types.VirtualDisk)(nil))
		pvscsi := object.VirtualDeviceList(vm.Config.Hardware.Device).SelectByType((*types.ParaVirtualSCSIController)(nil))
		fmt.Printf("vm\t%s\t%v\t%d\t%d\t%d\t%d\t%s\n", vm.Name, vm.Config.Template, len(disks), len(pvscsi),
			vm.Config.Hardware.NumCPU, vm.Config.Hardware.MemoryMB, digest)
	}
	check(c.Logout(ctx))
	fmt.Println("end")
}
